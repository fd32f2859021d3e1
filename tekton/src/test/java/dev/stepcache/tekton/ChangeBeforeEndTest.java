package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import dev.stepcache.step.StepEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step whose time is over while it changes the cache path. */
class ChangeBeforeEndTest {
  @TempDir Path root;

  private interface Body {
    StepEnd run(Step step) throws IOException;
  }

  private record Ran(int exitCode, String log, String fetched, String reason) {}

  private Ran run(Body body) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("PARAM_SOURCE", "oci://127.0.0.1:9/ci/cache:tag");
    environment.put("PARAM_CACHE_PATH", root.resolve("cache").toString());
    environment.put("PARAM_WORKING_DIR", root.toString());
    environment.put("PARAM_TIMEOUT", "1s");
    Result.OF_FETCH.forEach(
        result -> environment.put(result.variable(), root.resolve(result.name()).toString()));
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    int exitCode =
        Step.runWithoutSignals(
            environment,
            new PrintStream(log, true, StandardCharsets.UTF_8),
            root,
            Result.OF_FETCH,
            step -> {
              FetchOptions options = FetchOptions.read(environment, List.of());
              return new Step.Work(options.step(), step.earlier(List.of()), () -> body.run(step));
            });
    return new Ran(
        exitCode,
        log.toString(StandardCharsets.UTF_8),
        Files.readString(root.resolve("fetched")),
        Files.readString(root.resolve("reason")));
  }

  /** As a rename that waits for its server does. */
  private static void work(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      try {
        Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      } catch (InterruptedException e) {
        // It is brought to its end.
      }
    }
  }

  /** As a request that its connection's end wakes. */
  private static void workUntilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // It goes on all the same.
    }
  }

  @Test
  @Tag("slow")
  void bringsTheChangeToItsEndThoughItTakesLongerThanTidyingUpMay() throws IOException {
    Ran ran =
        run(step -> {
          step.events().accept(new CacheEvent.ChangeStarted());
          work(Duration.ofSeconds(23));
          step.events().accept(new CacheEvent.ChangeEnded(true));
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          step.events()
              .accept(
                  new CacheEvent.NoLocalIndex(
                      new Trouble(Reason.DISK, "told though the time is over")));
          return new StepEnd(Reason.HIT, Map.of("fetched", "true"));
        });

    assertThat(ran.log()).contains("finished first", "told though").doesNotContain("as it was");
    assertThat(ran.exitCode()).as(ran.log()).isZero();
    assertThat(ran.fetched()).isEqualTo("true");
    assertThat(ran.reason()).isEqualTo("hit");
  }

  @Test
  void tellsHowLongAChangeTookAfterItsTimeWasOver() throws IOException {
    Ran ran =
        run(step -> {
          step.events().accept(new CacheEvent.ChangeStarted());
          work(Duration.ofSeconds(3));
          step.events().accept(new CacheEvent.ChangeEnded(true));
          return new StepEnd(Reason.HIT, Map.of("fetched", "true"));
        });

    assertThat(ran.log())
        .containsSubsequence("TIMEOUT is over; ", "finished first", "this step ended ")
        .containsPattern("ended \\d+(\\.\\d)? s after TIMEOUT");
    assertThat(ran.fetched()).isEqualTo("true");
  }

  @Test
  void beginsNoChangeOnceItsTimeIsOver() throws IOException {
    Ran ran =
        run(step -> {
          workUntilInterrupted();
          step.events().accept(new CacheEvent.ChangeStarted());
          throw new AssertionError("begun");
        });

    assertThat(ran.log()).contains("the cache path left as it was");
    assertThat(ran.exitCode()).as(ran.log()).isZero();
    assertThat(ran.reason()).isEqualTo("timeout");
  }

  @Test
  void failsWhereTheChangeCouldNeitherBeFinishedNorUndone() throws IOException {
    Ran ran =
        run(step -> {
          step.events().accept(new CacheEvent.ChangeStarted());
          throw new OutOfMemoryError("in mid-commit");
        });

    assertThat(ran.exitCode()).as(ran.log()).isEqualTo(1);
    assertThat(ran.log()).contains("holds a part of a restore").doesNotContain("as it was");
    assertThat(ran.fetched()).isEqualTo("false");
  }
}
