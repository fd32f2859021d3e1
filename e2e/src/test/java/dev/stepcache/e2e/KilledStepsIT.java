package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.e2e.StepProcess.Signal;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A step may be ended at any moment: {@code -Dkills} moments for each signal, spread over the time
 * that a whole run takes.
 */
class KilledStepsIT {
  private static final int KILLS = Integer.getInteger("kills", 10);
  private static final int FILES = 600;

  /** Of the changes of a commit, those before begin the journal. */
  private static final int FIRST_MOVE = 7;

  /** It takes the place of another: two renames, and a line of the journal before each. */
  private static final int CHANGES_OF_A_FILE = 4;

  @TempDir private Path folder;

  /** Sends the signal after a share of the time that an undisturbed run takes. */
  private static StepRun killed(StepProcess step, Signal signal, Duration whole, int number)
      throws IOException, InterruptedException {
    // Its first quarter is the JVM's own start.
    double share = 0.25 + 0.8 * (number + 0.5) / KILLS;
    Thread.sleep((long) (whole.toMillis() * share));
    step.send(signal);
    return step.await();
  }

  private interface Start {
    StepProcess start() throws IOException;
  }

  /** Sends the signal while the step waits for what the registry never does. */
  private static StepRun killedAtARequest(
      FakeRegistry registry, String method, String path, Start step, Signal signal)
      throws IOException, InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    registry.fault(
        method,
        path,
        (exchange, damage) -> {
          asked.countDown();
          return Fault.stall().strike(exchange, damage);
        });
    StepProcess process = step.start();
    assertThat(asked.await(2, TimeUnit.MINUTES)).isTrue();
    process.send(signal);
    return process.await();
  }

  /** Sends the signal while the step stands before a change of its commit. */
  private static StepRun killedInCommit(LocalPod pod, String source, Signal signal, int number)
      throws IOException, InterruptedException {
    StepProcess step;
    try (CommitHalt halt = new CommitHalt()) {
      step = pod.fetch(source, halt.environment());
      halt.await(FIRST_MOVE + CHANGES_OF_A_FILE * FILES * number / KILLS);
      step.send(signal);
    }
    return step.await();
  }

  private static Path journal(Path cachePath) {
    return cachePath.resolve(".stepcache/commit/journal");
  }

  @ParameterizedTest
  @EnumSource
  void fetchLeavesAllAsItWasOrWhole(Signal signal) throws Exception {
    killFetches(signal, folder.resolve("workspace/cache"));
  }

  @ParameterizedTest
  @EnumSource
  void fetchLeavesAMountPointAsItWasOrWhole(Signal signal) throws Exception {
    Path cachePath = Files.createDirectories(folder.resolve("workspace/cache"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "tmpfs", cachePath.toString()), "not run: mounting needs root");
    try {
      killFetches(signal, cachePath);
    } finally {
      run("umount", cachePath.toString());
    }
  }

  private void killFetches(Signal signal, Path cachePath) throws Exception {
    try (FakeRegistry registry = FakeRegistry.tls()) {
      String image = "oci://" + registry.host() + "/ci/cache:";
      Path newer = folder.resolve("newer");
      Generation.fill(newer, "newer", FILES);
      assertThat(new LocalPod(folder.resolve("first"), newer).upload(image + "newer").await())
          .satisfies(saved ->
              assertThat(saved.results()).as(saved.log()).containsEntry("reason", "saved"));
      LocalPod pod = new LocalPod(folder.resolve("pod"), cachePath);
      Generation.fill(cachePath, "older", FILES);
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cachePath);
      long begin = System.nanoTime();
      assertHit(pod.fetch(image + "newer").await());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      SortedMap<String, TreeSnapshot.Entry> whole = TreeSnapshot.of(cachePath);
      assertThat(whole).isNotEqualTo(before).containsKeys("only-older", "only-newer");

      Map<String, Integer> ends = new TreeMap<>();
      boolean populated = false;
      for (int kill = 0; kill < KILLS; kill++) {
        if (!populated) {
          Generation.fill(cachePath, "older", FILES);
        }
        Start step = () -> pod.fetch(image + "newer");
        StepRun ended =
            kill == 0
                ? killedAtARequest(registry, "GET", "/blobs/", step, signal)
                : kill % 2 == 0
                    ? killed(step.start(), signal, took, kill)
                    : killedInCommit(pod, image + "newer", signal, kill);
        boolean torn = Files.exists(journal(cachePath));
        assertThat(torn && signal != Signal.KILL).as(ended.log()).isFalse();
        boolean hit = "true".equals(ended.results().get("fetched"));
        if (hit) {
          assertThat(TreeSnapshot.of(cachePath)).isEqualTo(whole);
        }
        if (signal == Signal.KILL) {
          // The next step, though it finds nothing to restore.
          assertThat(pod.fetch(image + "absent").await().results()).containsEntry("reason", "miss");
        }
        SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(cachePath);
        populated = after.equals(before);
        assertThat(populated || after.equals(whole)).as(ended.log()).isTrue();
        assertThat(staged(cachePath)).as(ended.log()).isEmpty();
        String end = (populated ? "as before" : "whole") + (torn ? " once the next step ran" : "");
        ends.merge(end + ", exit code " + ended.exitCode(), 1, Integer::sum);
      }
      assertHit(pod.fetch(image + "newer").await());
      assertThat(TreeSnapshot.of(cachePath)).isEqualTo(whole);
      System.out.println(KILLS + " x " + signal + " of a fetch of " + took + ": " + ends);
      assertThat(ends.keySet()).anyMatch(end -> end.startsWith("as before"));
    }
  }

  /** A fetch that dies in mid-commit, as for want of memory, and a task that goes on. */
  @Test
  void aBuildThatGoesOnAfterAKilledFetchLosesNothingAndIsNotSaved() throws Exception {
    Path cachePath = folder.resolve("workspace/cache");
    try (FakeRegistry registry = FakeRegistry.tls()) {
      String image = "oci://" + registry.host() + "/ci/cache:";
      Path newer = folder.resolve("newer");
      Generation.fill(newer, "newer", FILES);
      new LocalPod(folder.resolve("first"), newer).upload(image + "newer").await();
      for (int kill = 0; kill < KILLS; kill++) {
        Generation.fill(cachePath, "older", FILES);
        LocalPod pod = new LocalPod(folder.resolve("pod-" + kill), cachePath);
        killedInCommit(pod, image + "newer", Signal.KILL, kill);
        assertThat(journal(cachePath)).exists();
        Path rewritten = cachePath.resolve("cache/00/000000-d");
        Path own = cachePath.resolve("cache/01/own");
        Path removed = anyFile(cachePath.resolve("cache/02"));
        Files.writeString(rewritten, "built");
        Files.writeString(own, "built");
        Files.delete(removed);
        SortedMap<String, TreeSnapshot.Entry> built = TreeSnapshot.of(cachePath);

        StepRun upload = pod.upload(image + "key-" + kill).await();

        assertThat(upload.results())
            .as(upload.log())
            .containsEntry("reason", "interrupted")
            .containsEntry("uploaded", "false");
        assertThat(upload.exitCode()).isZero();
        assertThat(TreeSnapshot.of(cachePath)).isEqualTo(built);
        StepRun next = pod.fetch(image + "absent").await();
        assertThat(next.results()).as(next.log()).containsEntry("reason", "miss");
        assertThat(rewritten).hasContent("built");
        assertThat(own).hasContent("built");
        assertThat(removed).doesNotExist();
        assertThat(cachePath.resolve("only-newer")).doesNotExist();
        assertThat(pod.upload(image + "key-" + kill).await().results())
            .containsEntry("reason", "saved");
      }
    }
  }

  /** One that is not just being replaced. */
  private static Path anyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  private static void assertHit(StepRun run) {
    assertThat(run.results()).as(run.log()).containsEntry("fetched", "true");
  }

  @ParameterizedTest
  @EnumSource
  void uploadPublishesAWholeImageOrNone(Signal signal) throws Exception {
    Path cachePath = folder.resolve("cache");
    Generation.fill(cachePath, "one", FILES);
    SortedMap<String, TreeSnapshot.Entry> built = TreeSnapshot.of(cachePath);
    LocalPod pod = new LocalPod(folder.resolve("pod"), cachePath);
    try (FakeRegistry registry = FakeRegistry.tls()) {
      String inRegistry = "oci://" + registry.host() + "/ci/cache:";
      long begin = System.nanoTime();
      assertThat(pod.upload(inRegistry + "first").await().results())
          .containsEntry("uploaded", "true");
      Duration took = Duration.ofNanos(System.nanoTime() - begin);

      Map<String, Integer> ends = new TreeMap<>();
      for (int kill = 0; kill < KILLS; kill++) {
        registry.blobs.clear();
        String target =
            kill % 2 == 0
                ? inRegistry + "kill-" + kill
                : "file://" + folder.resolve("store-" + kill) + ":kill-" + kill;
        Start step = () -> pod.upload(target);
        StepRun ended =
            kill == 0
                ? killedAtARequest(registry, "PUT", "/uploads/", step, signal)
                : killed(step.start(), signal, took, kill);
        if (signal != Signal.KILL) {
          assertThat(staged(cachePath)).as(ended.log()).isEmpty();
        }
        LocalPod later = new LocalPod(folder.resolve("later"), folder.resolve("later-" + kill));
        StepRun found = later.fetch(target).await();
        boolean published = found.results().containsValue("hit");
        assertThat(found.results().get("reason")).as(found.log()).isIn("hit", "miss");
        if (!published) {
          assertThat(ended.results().get("uploaded")).isNotEqualTo("true");
          StepRun again = pod.upload(target).await();
          assertThat(again.results()).as(again.log()).containsEntry("reason", "saved");
          assertHit(later.fetch(target).await());
        }
        assertThat(untouchedModes(TreeSnapshot.of(folder.resolve("later-" + kill))))
            .isEqualTo(untouchedModes(built));
        Generation.empty(folder.resolve("later-" + kill));
        ends.merge(
            (published ? "published" : "nothing") + ", exit code " + ended.exitCode(),
            1,
            Integer::sum);
      }
      StepRun last = pod.upload(inRegistry + "last").await();
      assertThat(last.results()).as(last.log()).containsEntry("uploaded", "true");
      assertThat(staged(cachePath)).isEmpty();
      assertThat(TreeSnapshot.of(cachePath)).isEqualTo(built);
      System.out.println(KILLS + " x " + signal + " of an upload of " + took + ": " + ends);
      assertThat(ends.keySet()).anyMatch(end -> end.startsWith("nothing"));
    }
  }

  /** The restore mode that is the default widens the modes. */
  private static List<TreeSnapshot.Entry> untouchedModes(
      SortedMap<String, TreeSnapshot.Entry> tree) {
    return tree.values().stream().map(TreeSnapshot.Entry::anyMode).toList();
  }

  /** What must not stay beside the tree. */
  private static List<String> staged(Path cachePath) throws IOException {
    Path ours = cachePath.resolve(".stepcache");
    if (!Files.exists(ours)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(ours)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("staging-") || name.equals("commit"))
          .toList();
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
