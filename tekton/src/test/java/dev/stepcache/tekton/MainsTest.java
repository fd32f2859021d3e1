package dev.stepcache.tekton;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The top floor of the house (docs/design.md): the mains, which cache-core's own test cannot see.
 */
class MainsTest {
  /**
   * What the mains hand on between step and the verbs, from rooms that are otherwise not theirs.
   */
  private static final Set<String> VALUES =
      Set.of(
          "dev.stepcache.archive.Compression",
          "dev.stepcache.restore.CacheFolders",
          "dev.stepcache.format.Expiry",
          "dev.stepcache.transfer.Findings",
          "dev.stepcache.resources.Resources",
          "dev.stepcache.syscall.Umask",
          "dev.stepcache.usage.Pruning",
          "dev.stepcache.usage.Units",
          "dev.stepcache.tree.MarkerFile",
          "dev.stepcache.tree.Roots",
          "dev.stepcache.restore.RestoreMode",
          "dev.stepcache.oci.Platform",
          "dev.stepcache.oci.Tag",
          "dev.stepcache.oci.TagOrDigest",
          "dev.stepcache.oci.Digest");

  private static final JavaClasses MAINS =
      new ClassFileImporter().importPackages("dev.stepcache.fetch", "dev.stepcache.upload");

  @Test
  void mainsUseStepTheVerbsKeysAndStoresOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            describe(
                "a main may use",
                type ->
                    VALUES.contains(outermost(type))
                        || type.getPackageName().startsWith("org.jspecify")
                        || type.getPackageName()
                            .matches("java\\.(lang|io|time|util|nio\\.file)(\\..*)?")
                        || type.getPackageName()
                            .matches(
                                "dev\\.stepcache\\.(step|cache|outcome|connect|console|key|store|text|fetch|upload)")))
        .check(MAINS);
  }

  @Test
  void mainsDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.fetch")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.stepcache.upload")
        .check(MAINS);
    noClasses()
        .that()
        .resideInAPackage("dev.stepcache.upload")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.stepcache.fetch")
        .check(MAINS);
  }

  @Test
  void mainsLeaveTheProcessAroundThemToStep() {
    noClasses()
        .should()
        .accessTargetWhere(
            describe(
                "speaks to the process around it or starts threads",
                access ->
                    (access.getTarget().getOwner().isEquivalentTo(System.class)
                            && !access.getName().equals("nanoTime"))
                        || access.getTarget().getOwner().isEquivalentTo(Runtime.class)
                        || access.getTarget().getOwner().isEquivalentTo(Thread.class)
                        || access
                            .getTarget()
                            .getOwner()
                            .getPackageName()
                            .startsWith("java.util.concurrent")))
        .check(MAINS);
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(MainsTest::outermost).orElse(type.getName());
  }
}
