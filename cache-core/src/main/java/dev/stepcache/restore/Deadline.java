package dev.stepcache.restore;

import dev.stepcache.io.Interrupts;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** How long whoever wants to hold cache paths waits for others. */
final class Deadline {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Duration wait;
  private final long end;

  Deadline(Duration wait) {
    this.wait = wait;
    this.end = System.nanoTime() + wait.toNanos();
  }

  Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /** Waits for a moment, for whoever holds a cache path. */
  void pause(Path path) throws BusyException, InterruptedIOException {
    if (left().isZero()) {
      throw new BusyException(
          "another step has been using " + path + " for more than " + wait.toSeconds() + " s");
    }
    try {
      Thread.sleep(left().compareTo(POLL) < 0 ? left() : POLL);
    } catch (InterruptedException e) {
      throw Interrupts.caught("interrupted while waiting for " + path);
    }
  }
}
