package dev.stepcache.registry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What failures in a row may cost, over all requests of a store: a dead registry must not be asked
 * for ever only because there are many things to ask for. Any answer fills it again.
 */
final class Budget {
  private final RetryPolicy policy;
  private int requests;
  private Duration time = Duration.ZERO;
  private String trouble = "";
  private boolean ended;

  Budget(RetryPolicy policy) {
    this.policy = policy;
  }

  synchronized void answered() {
    requests = 0;
    time = Duration.ZERO;
  }

  synchronized void failed(int sent, Duration spent, String what) {
    requests += sent;
    time = time.plus(spent);
    trouble = what;
  }

  /** Waits before another try; not for a store that is closed meanwhile. */
  synchronized void pause(Duration pause) throws InterruptedException {
    time = time.plus(pause);
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos(); !ended && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Nothing is spent any more: the store is closed. */
  synchronized void end() {
    ended = true;
    trouble = "the store was closed";
    notifyAll();
  }

  /** Time for one more request and the pause before it; nothing or less when it is used up. */
  synchronized Duration left() {
    return ended || requests >= policy.requests() ? Duration.ZERO : policy.time().minus(time);
  }

  synchronized String trouble() {
    return trouble;
  }
}
