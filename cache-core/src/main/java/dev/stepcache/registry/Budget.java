package dev.stepcache.registry;

import java.time.Duration;

/**
 * What failures in a row may cost, over all requests of a store: a dead registry must not be asked
 * for ever only because there are many things to ask for. Any answer fills it again.
 */
final class Budget {
  private final RetryPolicy policy;
  private int requests;
  private Duration time = Duration.ZERO;
  private String trouble = "";

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

  synchronized void waited(Duration pause) {
    time = time.plus(pause);
  }

  /** Time for one more request and the pause before it; nothing or less when it is used up. */
  synchronized Duration left() {
    return requests >= policy.requests() ? Duration.ZERO : policy.time().minus(time);
  }

  synchronized String trouble() {
    return trouble;
  }
}
