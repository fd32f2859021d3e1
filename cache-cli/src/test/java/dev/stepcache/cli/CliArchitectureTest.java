package dev.stepcache.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The room on top of the house, and the house below it, which does not know it. */
class CliArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.stepcache");

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
            "java.time..",
            "java.util..",
            "com.fasterxml.jackson.databind..",
            "org.jspecify..",
            "picocli..",
            "dev.stepcache.archive",
            "dev.stepcache.cli..",
            "dev.stepcache.connect",
            "dev.stepcache.console",
            "dev.stepcache.disk",
            "dev.stepcache.format",
            "dev.stepcache.key",
            "dev.stepcache.oci",
            "dev.stepcache.outcome",
            "dev.stepcache.resources",
            "dev.stepcache.store",
            "dev.stepcache.text",
            "dev.stepcache.transfer",
            "dev.stepcache.tree",
            "dev.stepcache.unpack")
        .check(CODE);
  }

  @Test
  void nobodyElseKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stepcache.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.stepcache.cli..", "picocli..")
        .check(CODE);
  }

  @Test
  void onlyTheMainKnowsTheCommandsThatHaveAPackageOfTheirOwn() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.cli")
        .and()
        .doNotHaveSimpleName("Stepcache")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.stepcache.cli.prune", "dev.stepcache.cli.copy")
        .check(CODE);
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.cli.prune")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.stepcache.cli.copy")
        .check(CODE);
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.cli.copy")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.stepcache.cli.prune")
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
}
