package dev.stepcache.restore;

import dev.stepcache.io.Interrupts;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** How long whoever wants to hold cache paths waits for others. */
final class Deadline {
  private static final Duration POLL = Duration.ofMillis(50);

  /** Who holds a cache path for less is not worth a line. */
  private static final Duration UNTOLD = Duration.ofSeconds(1);

  private final Duration wait;
  private final Consumer<String> notices;
  private final long begin = System.nanoTime();
  private boolean told;

  Deadline(Duration wait) {
    this(wait, notice -> {});
  }

  /**
   * @param notices is told once, in a sentence, whom a longer wait is for
   */
  Deadline(Duration wait, Consumer<String> notices) {
    this.wait = wait;
    this.notices = notices;
  }

  Duration left() {
    return Duration.ofNanos(Math.max(0, wait.toNanos() - waited()));
  }

  private long waited() {
    return System.nanoTime() - begin;
  }

  /** Waits for a moment, for whoever holds a cache path. */
  void pause(Path path) throws BusyException, InterruptedIOException {
    if (left().isZero()) {
      throw new BusyException(
          "another step has been using " + path + " for more than " + wait.toSeconds() + " s");
    }
    if (!told && waited() >= UNTOLD.toNanos()) {
      told = true;
      notices.accept(
          "another step is using " + path + ": waiting for at most " + left().toSeconds() + " s");
    }
    try {
      Thread.sleep(left().compareTo(POLL) < 0 ? left() : POLL);
    } catch (InterruptedException e) {
      throw Interrupts.caught("interrupted while waiting for " + path);
    }
  }
}
