package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A red build's cache is saved, and the build stays red. */
class FailIfFailedTest {
  @TempDir Path folder;
  private OnePod pod;
  private String reference;

  @BeforeEach
  void buildInATaskOfFourSteps() throws IOException {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Files.writeString(cache.resolve("f"), "f");
    Files.writeString(folder.resolve("go.sum"), "sum");
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
    pod =
        new OnePod(folder.resolve("pod"))
            .patterns("go.sum")
            .param("WORKING_DIR", folder.toString())
            .param("CACHE_PATH", cache.toString());
    ended("unittest", "1");
    ended("lint", "0");
    ended("coverage", "3");
    Files.createDirectories(folder.resolve("pod/tekton/steps/step-cache-upload"));
    Files.createDirectories(folder.resolve("pod/tekton/steps/0"));
  }

  private void ended(String step, String exitCode) throws IOException {
    Path of = Files.createDirectories(folder.resolve("pod/tekton/steps/step-" + step));
    Files.writeString(of.resolve("exitCode"), exitCode);
  }

  @Test
  void savesAndEndsWithTheFirstFailureThatItNames() {
    OnePod.Ran ran = pod.list("FAIL_IF_FAILED", "lint", "coverage", "unittest").upload(reference);

    assertThat(ran.results()).containsEntry("uploaded", "true").containsEntry("reason", "saved");
    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.log()).contains("ERROR: the step 'coverage' ended with 3");
  }

  @Test
  void endsWithItAlsoWhereNothingIsSaved() {
    OnePod.Ran ran = pod.list("FAIL_IF_FAILED", "unittest").param("MODE", "read").upload(reference);

    assertThat(ran.results()).containsEntry("reason", "read-only");
    assertThat(ran.exitCode()).isEqualTo(1);
  }

  @Test
  void endsWithZeroWhenNoneOfThemFailed() {
    OnePod.Ran ran = pod.list("FAIL_IF_FAILED", "lint").upload(reference);

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.log()).doesNotContain("ERROR").doesNotContain("WARNING");
  }

  @Test
  void namesATypoAndWhatWasMeant() {
    OnePod.Ran ran = pod.list("FAIL_IF_FAILED", "lint", "unitest").upload(reference);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.log())
        .contains("ERROR: FAIL_IF_FAILED: no step of this task is named 'unitest'")
        .contains("cache-upload, coverage, lint, unittest")
        .contains("did you mean 'unittest'?");
    assertThat(ran.results()).containsEntry("uploaded", "false");
  }

  @Test
  void namesATypoInAResultThatWasHandedOn() throws IOException {
    ended("cache-fetch", "0");

    OnePod.Ran ran = pod.param("FETCHED", "$(steps.cache-fech.results.fetched)").upload(reference);

    assertThat(ran.log())
        .contains("no step of this task is named 'cache-fech'")
        .contains("did you mean 'cache-fetch'?");
  }

  @Test
  void saysThatAStepHasNotEnded() {
    OnePod.Ran ran = pod.list("FAIL_IF_FAILED", "cache-upload").upload(reference);

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.log()).contains("WARNING: FAIL_IF_FAILED: the step 'cache-upload'");
  }
}
