package dev.stepcache;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** No test leaves a system property behind, or sets one while another test runs. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SystemPropertyTest {
  private static final String NAME = "stepcache.test";

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .importPackages("dev.stepcache");

  private static final DescribedPredicate<JavaMethodCall> SETS =
      describe(
          "sets or clears a system property",
          call ->
              call.getTargetOwner().isEquivalentTo(System.class)
                  && call.getName().matches("(set|clear)Propert(y|ies)"));

  private static final DescribedPredicate<JavaClass> SETTERS =
      describe(
          "set a system property",
          type ->
              type.getMethodCallsFromSelf().stream()
                  .anyMatch(call ->
                      call.getTargetOwner().isEquivalentTo(SystemProperty.class)
                          && call.getName().equals("set")));

  @Test
  void isThenWhatItWas() {
    try (SystemProperty _ = SystemProperty.set(NAME, "outer")) {
      try (SystemProperty _ = SystemProperty.set(NAME, "inner")) {
        assertThat(System.getProperty(NAME)).isEqualTo("inner");
      }
      assertThat(System.getProperty(NAME)).isEqualTo("outer");
    }
    assertThat(System.getProperty(NAME)).isNull();
  }

  @Test
  void isSetByNobodyElse() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(SystemProperty.class.getName())
        .should()
        .callMethodWhere(SETS)
        .check(TESTS);
  }

  @Test
  void isLockedByWhoeverSetsOne() {
    classes().that(SETTERS).should().beAnnotatedWith(ResourceLock.class).check(TESTS);
  }
}
