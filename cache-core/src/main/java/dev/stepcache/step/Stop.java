package dev.stepcache.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one way to end a step's work early. Whoever waits is interrupted, stores are closed, and
 * whoever reports progress is thrown out; a commit that is interrupted is undone, never torn.
 */
final class Stop {
  /** Why work ends early. */
  enum Cause {
    TIMEOUT,
    SIGNAL
  }

  /** Thrown at whoever works on. */
  static final class StoppedException extends RuntimeException {
    StoppedException() {
      super("stopped");
    }
  }

  private final List<Runnable> closings = new ArrayList<>();
  private Optional<Cause> cause = Optional.empty();

  synchronized void request(Cause why) {
    if (cause.isEmpty()) {
      cause = Optional.of(why);
      closings.forEach(Runnable::run);
    }
  }

  synchronized Optional<Cause> cause() {
    return cause;
  }

  /** What to close when work is to end; at once if it is to end already. */
  synchronized void onRequest(Runnable closing) {
    if (cause.isPresent()) {
      closing.run();
    } else {
      closings.add(closing);
    }
  }

  void check() {
    if (cause().isPresent()) {
      throw new StoppedException();
    }
  }
}
