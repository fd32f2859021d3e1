package dev.stepcache.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The room on top of the house, and the house below it, which does not know it. */
class CliArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.stepcache");

  /** A report shows what a listing found, prune chooses from it, and a mirror is kept by prune. */
  private static final Map<String, Set<String>> KNOWN =
      Map.of("report", Set.of("listing"), "prune", Set.of("listing"), "copy", Set.of("prune"));

  /** Those with a package of their own. */
  private static final List<String> COMMANDS =
      List.of("bake", "copy", "diff", "explain", "listing", "move", "prune", "report", "show");

  @Test
  void theCommandLineUsesOnlyTheRoomsThatItMay() {
    classes()
        .that()
        .resideInAPackage("dev.stepcache.cli..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java.lang..",
            "java.io..",
            "java.nio..",
            "java.security..",
            "java.time..",
            "java.util..",
            "com.fasterxml.jackson.databind..",
            "me.tongfei.progressbar..",
            "org.jspecify..",
            "picocli..",
            "dev.stepcache.archive",
            "dev.stepcache.bake",
            "dev.stepcache.cache",
            "dev.stepcache.cli..",
            "dev.stepcache.connect",
            "dev.stepcache.console",
            "dev.stepcache.credentials",
            "dev.stepcache.disk",
            "dev.stepcache.fetch",
            "dev.stepcache.format",
            "dev.stepcache.io",
            "dev.stepcache.key",
            "dev.stepcache.oci",
            "dev.stepcache.outcome",
            "dev.stepcache.resources",
            "dev.stepcache.step",
            "dev.stepcache.store",
            "dev.stepcache.text",
            "dev.stepcache.transfer",
            "dev.stepcache.tree",
            "dev.stepcache.unpack",
            "dev.stepcache.upload")
        .check(CODE);
  }

  @Test
  void whatBakesKnowsStoresAndLayersAndNoCommandLine() {
    classes()
        .that()
        .resideInAPackage("dev.stepcache.bake")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java.lang..",
            "java.io..",
            "java.nio..",
            "java.time..",
            "java.util..",
            "com.fasterxml.jackson.databind..",
            "org.jspecify..",
            "dev.stepcache.archive",
            "dev.stepcache.bake",
            "dev.stepcache.connect",
            "dev.stepcache.disk",
            "dev.stepcache.format",
            "dev.stepcache.oci",
            "dev.stepcache.resources",
            "dev.stepcache.store",
            "dev.stepcache.text",
            "dev.stepcache.transfer",
            "dev.stepcache.tree",
            "dev.stepcache.unpack")
        .check(CODE);
  }

  @Test
  void noTwoTypesAtTheTopOfAFileHaveTheSameName() {
    Map<String, List<String>> byName =
        CODE.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    assertThat(byName).hasSizeGreaterThan(500);
    assertThat(byName.values()).allMatch(types -> types.size() == 1);
  }

  @Test
  void nobodyElseKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stepcache.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.stepcache.cli..", "picocli..", "me.tongfei..")
        .check(CODE);
  }

  @Test
  void onlyTheMainSpeaksToTheProcessAroundIt() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.cli..")
        .and()
        .doNotHaveSimpleName("Stepcache")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CODE);
  }

  @Test
  void onlyLoginsStartPrograms() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.cli..")
        .and()
        .resideOutsideOfPackage("dev.stepcache.cli.login")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .check(CODE);
  }

  @Test
  void commandsDoNotKnowEachOther() {
    for (String command : COMMANDS) {
      String[] others =
          COMMANDS.stream()
              .filter(other -> !other.equals(command))
              .filter(other -> !KNOWN.getOrDefault(command, Set.of()).contains(other))
              .map(other -> "dev.stepcache.cli." + other)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.stepcache.cli." + command)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CODE);
    }
  }

  @Test
  void onlyTheMainKnowsTheCommands() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.cli")
        .and()
        .doNotHaveSimpleName("Stepcache")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            COMMANDS.stream().map(name -> "dev.stepcache.cli." + name).toArray(String[]::new))
        .check(CODE);
  }

  @Test
  void noPackageIsAHall() {
    Map<String, Long> types =
        CODE.stream()
            .filter(type -> type.getPackageName().matches("dev\\.stepcache\\.(cli|bake).*"))
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

    assertThat(types).isNotEmpty();
    assertThat(types.values()).allMatch(count -> count <= 25);
  }
}
