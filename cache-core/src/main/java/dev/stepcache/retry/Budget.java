package dev.stepcache.retry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What failures in a row may cost, over all requests of a store: a dead registry must not be asked
 * for ever only because there are many things to ask for. Any answer fills it again.
 */
final class Budget {
  private static final Duration A_YEAR = Duration.ofDays(365);

  private final RetryPolicy policy;
  private int requests;
  private Duration time = Duration.ZERO;
  private String failure = "";
  private boolean ended;

  /** Until when the registry wants to be left alone, by whoever asks. */
  private long rateLimitedUntil = System.nanoTime();

  /** A budget that nothing was taken from. */
  Budget(RetryPolicy policy) {
    this.policy = policy;
  }

  synchronized void answered() {
    requests = 0;
    time = Duration.ZERO;
  }

  synchronized void failed(int sent, Duration spent, String why) {
    requests += sent;
    time = time.plus(spent);
    failure = why;
  }

  /** Waits before another try; not for a store that is closed meanwhile. */
  synchronized void pause(Duration pause) throws InterruptedException {
    time = time.plus(pause);
    await(System.nanoTime() + pause.toNanos());
  }

  private synchronized void await(long end) throws InterruptedException {
    for (long left = end - System.nanoTime(); !ended && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** The registry asked everybody to stay away for so long. */
  synchronized void rateLimit(Duration retryAfter) {
    Duration pause = retryAfter.compareTo(A_YEAR) > 0 ? A_YEAR : retryAfter;
    long until = System.nanoTime() + pause.toNanos();
    if (until - rateLimitedUntil > 0) {
      rateLimitedUntil = until;
    }
  }

  /** How long the registry is still to be left alone; nothing or less if it is not. */
  synchronized Duration rateLimitedFor() {
    return Duration.ofNanos(rateLimitedUntil - System.nanoTime());
  }

  /** Waits until the registry may be asked again. */
  synchronized void awaitRateLimit() throws InterruptedException {
    await(rateLimitedUntil);
  }

  /** Nothing is spent any more: the store is closed. */
  synchronized void end() {
    ended = true;
    failure = "the store was closed";
    notifyAll();
  }

  /** Time for one more request and the pause before it; nothing or less when it is used up. */
  synchronized Duration left() {
    return ended || requests >= policy.requests() ? Duration.ZERO : policy.time().minus(time);
  }

  /** Whether so many more requests may be sent; always where none has failed. */
  synchronized boolean allows(int more) {
    return requests == 0 || requests + more <= policy.requests();
  }

  synchronized String failure() {
    return failure;
  }
}
