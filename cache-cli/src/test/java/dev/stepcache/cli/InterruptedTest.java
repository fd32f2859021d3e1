package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process that is told to end (SIGTERM) while it changes things. */
class InterruptedTest extends BakeCase {
  private final FakeRegistry registry = FakeRegistry.plain();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch noticed = new CountDownLatch(1);

  @AfterEach
  void stop() {
    registry.close();
  }

  private String repository() {
    return "oci://" + registry.host() + "/team/cache";
  }

  /** Answers once the process knows that it is to end. */
  private boolean slow() {
    reached.countDown();
    try {
      return !noticed.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** No answer. */
  private Fault never() {
    return (exchange, damage) -> {
      reached.countDown();
      return Fault.stall().strike(exchange, damage);
    };
  }

  /** Waits until the thread that is told of the end has told it, and waits itself. */
  private static void awaitNotice(Process process) throws InterruptedException {
    for (int tries = 0; process.isAlive() && !isNoticed(process); tries++) {
      assertThat(tries).as("the process does not know that it is to end").isLessThan(6000);
      Thread.sleep(10);
    }
  }

  private static boolean isNoticed(Process process) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return threads.anyMatch(thread -> stat(thread).contains("(ending) S "));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static String stat(Path thread) {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (IOException e) {
      return "ended meanwhile";
    }
  }

  private static List<String> command(List<String> options, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(options);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.stepcache.cli.Stepcache"));
    command.addAll(List.of(arguments));
    return command;
  }

  private Ran ended(String... arguments) throws Exception {
    List<String> command = command(List.of(), arguments);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
      process.destroy();
      awaitNotice(process);
      noticed.countDown();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void pruneFinishesTheRequestThatItIsAtAndSaysHowFarItCame() throws Exception {
    saveThree(repository());
    registry.fault("DELETE", "", (exchange, damage) -> slow());

    Ran ran = ended("prune", "--insecure", "--keep-last=1", "--apply", "--yes", repository());

    assertThat(ran.code()).as(ran.err()).isEqualTo(143);
    assertThat(lines(ran.out()))
        .contains("go-" + FIRST.hex() + ": removed")
        .last()
        .isEqualTo(
            "removed 1 tag of 2 before the end; the others are as they were: the next run goes on");
    assertThat(runInsecurely("list", repository()).out())
        .contains(SECOND.hex(), THIRD.hex(), "go-latest")
        .doesNotContain(FIRST.hex());
    assertThat(runInsecurely("prune", "--keep-last=1", "--apply", "--yes", repository()).out())
        .contains("removed 1 tag of 1");
  }

  @Test
  void copyLeavesNoTagWithoutItsBlobsAndGoesOn() throws Exception {
    String store = "file://" + folder.resolve("store");
    saveThree(store);
    registry.fault("PUT", "/manifests/", Fault.none(), never());

    Ran ran = ended("copy", "--insecure", "--sync", store, repository());

    assertThat(ran.code()).as(ran.err()).isEqualTo(143);
    assertThat(ran.out()).contains("copied 1 of 4 tags", "before the end: the next run goes on");
    assertThat(runInsecurely("verify", repository() + ":go-" + FIRST.hex()).code()).isZero();
    assertThat(runInsecurely("copy", "--sync", store, repository()).code()).isZero();
    for (String tag : List.of(FIRST.hex(), SECOND.hex(), THIRD.hex(), "latest")) {
      assertThat(runInsecurely("verify", repository() + ":go-" + tag).code()).as(tag).isZero();
    }
  }

  @Test
  void bakeSaysThatNotAllTagsArePutAndTheNextRunGoesOn() throws Exception {
    String base = "file://" + folder.resolve("base");
    image(base, "1", tar().file("tool", 0755, "t"));
    registry.fault("PUT", "/manifests/", (exchange, damage) -> slow());
    String[] bake = {"bake", "--insecure", repository(), "--base", base + ":1", "--tag", "one,two"};

    Ran ran = ended(bake);

    assertThat(ran.code()).as(ran.err()).isEqualTo(143);
    assertThat(ran.err()).contains("interrupted before all tags were put: the next run goes on");
    assertThat(registry.manifest("team/cache", "two")).isEmpty();
    assertFine(run(bake));
    assertThat(registry.manifest("team/cache", "two").orElseThrow())
        .isEqualTo(registry.manifest("team/cache", "one").orElseThrow());
  }

  @Test
  void bakeNamesTheFolderThatItCannotWriteTo() throws Exception {
    String base = "file://" + folder.resolve("base");
    image(base, "1", tar().file("tool", 0755, "t"));
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                command(
                    List.of("-Djava.io.tmpdir=/proc"),
                    "bake",
                    "--insecure",
                    repository(),
                    "--base",
                    base + ":1"))
            .redirectError(err.toFile())
            .start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(err)).contains("/proc cannot be written to", "volume");
  }

  @Test
  @Tag("slow")
  void saysItsLastWordsWhereARequestNeverEnds() throws Exception {
    saveThree(repository());
    registry.fault("DELETE", "", never());

    Ran ran = ended("prune", "--insecure", "--keep-last=1", "--apply", "--yes", repository());

    assertThat(ran.code()).isEqualTo(143);
    assertThat(ran.out()).contains("removed 0 tags of 2 before the end");
  }

  @Test
  void worksOnWhereNobodyReadsWhatItSays() throws IOException, InterruptedException {
    saveThree(repository());
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "\"$0\" --enable-native-access=ALL-UNNAMED -cp \"$1\" dev.stepcache.cli.Stepcache"
                    + " prune --insecure --keep-last=1 --apply --yes \"$2\" | head -1",
                ProcessHandle.current().info().command().orElseThrow(),
                System.getProperty("java.class.path"),
                repository())
            .start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("TAG ");
    assertThat(runInsecurely("list", repository()).out()).doesNotContain(FIRST.hex(), SECOND.hex());
  }
}
