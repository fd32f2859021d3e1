package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.step.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An error in stepcache itself is a miss, is to be reported, and breaks nothing that is stored. */
class InternalErrorTest {
  @TempDir Path folder;
  private Path cachePath;
  private OnePod pod;

  @BeforeEach
  void saveATree() throws IOException {
    cachePath = Files.createDirectories(folder.resolve("cache"));
    Files.writeString(cachePath.resolve("file"), "content");
    pod = new OnePod(folder.resolve("pod")).patterns().param("CACHE_PATH", cachePath.toString());
    assertThat(pod.upload(reference()).results()).containsEntry("uploaded", "true");
  }

  private String reference() {
    return "file://" + folder.resolve("store") + ":saved";
  }

  /** A cache-fetch whose params are read as ever, and in whose work there is a bug. */
  private OnePod.Ran buggyFetch(OnePod of, RuntimeException bug) {
    return of.fetch(
        reference(),
        (step, args) -> {
          Step.Work work = CacheFetch.read(step, args);
          return new Step.Work(
              work.options(),
              work.earlier(),
              () -> {
                throw bug;
              });
        });
  }

  private SortedMap<String, TreeSnapshot.Entry> stored() throws IOException {
    return TreeSnapshot.of(folder.resolve("store"));
  }

  @Test
  void isOneWarningThatAsksForAReport() {
    OnePod.Ran ran = buggyFetch(pod, new IllegalStateException("a bug"));

    assertThat(ran.exitCode()).as(ran.log()).isZero();
    assertThat(ran.results()).containsEntry("fetched", "false").containsEntry("reason", "internal");
    assertThat(ran.log())
        .containsOnlyOnce("WARNING: internal: java.lang.IllegalStateException: a bug at ")
        .contains("please report it")
        .doesNotContain("broken", "replaces");
  }

  @Test
  void failsTheStepWhereFailOnAsksForIt() {
    OnePod.Ran ran = buggyFetch(pod.param("FAIL_ON", "error"), new IllegalStateException("a bug"));

    assertThat(ran.exitCode()).as(ran.log()).isEqualTo(1);
    assertThat(ran.log()).containsOnlyOnce("ERROR: internal: this step fails");
  }

  @Test
  void letsNoUploadReplaceWhatIsStored() throws IOException {
    SortedMap<String, TreeSnapshot.Entry> before = stored();
    buggyFetch(pod, new IllegalStateException("a bug"));
    Files.writeString(cachePath.resolve("more"), "more");

    OnePod.Ran upload = pod.upload(reference());

    assertThat(upload.results()).as(upload.log()).containsEntry("reason", "exists");
    assertThat(stored()).isEqualTo(before);
  }

  @Test
  void isToldInTheResultsThoughItIsInTheReadingOfParams() {
    OnePod.Ran ran =
        pod.fetch(
            reference(),
            (step, args) -> {
              throw new IllegalStateException("a bug in the params of " + List.copyOf(args));
            });

    assertThat(ran.exitCode()).as(ran.log()).isZero();
    assertThat(ran.results()).containsEntry("fetched", "false").containsEntry("reason", "internal");
    assertThat(ran.log()).containsOnlyOnce("WARNING: internal: ").contains("please report it");
  }
}
