package dev.stepcache.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one way to end a step's work early. Whoever waits is interrupted, stores are closed, and
 * whoever reports progress is thrown out; but not while the cache path is being changed, which is
 * brought to its end first.
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
  private boolean changing;
  private boolean changed;

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

  /** Throws when work is to end; not once the cache path was changed, since that is not undone. */
  synchronized void check() {
    if (cause.isPresent() && !changing && !changed) {
      throw new StoppedException();
    }
  }

  /** The cache path is about to be changed, unless work is to end. */
  synchronized void beginChange() {
    check();
    changing = true;
  }

  /** It is whole again. What is left to do is short, and nobody waits for it in vain. */
  synchronized void endChange(boolean restored) {
    changing = false;
    changed = restored;
    if (restored) {
      // It came while the change could not be left half; what is left to do is to tell of it.
      Thread.interrupted();
    }
  }

  /** Whether the cache path is being changed, or was left half. */
  synchronized boolean isChanging() {
    return changing;
  }
}
