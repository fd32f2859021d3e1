package dev.stepcache;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.stepcache.azure.AzuriteProgram;
import dev.stepcache.gcs.GoogleEmulator;
import dev.stepcache.registry.RealRegistry;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.s3.MotoServer;
import dev.stepcache.s3.SharedS3;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tags of what ./verify --quick leaves out. */
class TiersTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .importPackages("dev.stepcache");

  private static DescribedPredicate<JavaClass> testsThatCall(Class<?> type) {
    return describe(
        "are tests that call " + type.getSimpleName(),
        test ->
            test.getSimpleName().endsWith("Test")
                && test.getMethodCallsFromSelf().stream()
                    .anyMatch(call -> call.getTargetOwner().isEquivalentTo(type)));
  }

  private static ArchCondition<JavaClass> beTagged(String tag) {
    return new ArchCondition<>("be tagged " + tag + ", or have a test that is") {
      @Override
      public void check(JavaClass test, ConditionEvents events) {
        events.add(
            new SimpleConditionEvent(test, tags(test).contains(tag), test.getName() + " is not"));
      }
    };
  }

  private static Set<String> tags(JavaClass test) {
    Set<String> tags = new TreeSet<>();
    Stream.concat(
            Arrays.stream(test.reflect().getAnnotationsByType(Tag.class)),
            test.getMethods().stream()
                .map(JavaMethod::reflect)
                .flatMap(method -> Arrays.stream(method.getAnnotationsByType(Tag.class))))
        .forEach(tag -> tags.add(tag.value()));
    return tags;
  }

  @Test
  void aRealRegistryIsAProgram() {
    classes().that(testsThatCall(RealRegistry.class)).should(beTagged("program")).check(TESTS);
  }

  @Test
  void soIsAServerOfS3() {
    classes().that(testsThatCall(MotoServer.class)).should(beTagged("program")).check(TESTS);
    classes().that(testsThatCall(SharedS3.class)).should(beTagged("program")).check(TESTS);
  }

  @Test
  void soAreTheEmulatorsOfGoogleAndAzure() {
    classes().that(testsThatCall(GoogleEmulator.class)).should(beTagged("program")).check(TESTS);
    classes().that(testsThatCall(AzuriteProgram.class)).should(beTagged("program")).check(TESTS);
  }

  @Test
  void onlyRootMounts() {
    classes().that(testsThatCall(RealFileSystem.class)).should(beTagged("root")).check(TESTS);
  }

  @Test
  void noTagIsMisspelt() {
    Set<String> all = new TreeSet<>();
    TESTS.forEach(test -> all.addAll(tags(test)));
    assertThat(all).containsExactly("program", "root", "slow");
  }
}
