package dev.stepcache.retry;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and how soon a failed request is sent again.
 *
 * @param attempts for one request, the first included
 * @param first the pause after the first failure; doubled with each further one, and somewhere
 *     between half and all of that is waited
 * @param longest what the pause grows to
 * @param requests that may fail in a row, over all requests of a store
 * @param time that may pass over failures in a row, over all requests of a store
 */
public record RetryPolicy(
    int attempts, Duration first, Duration longest, int requests, Duration time) {
  /**
   * That of the steps: a store that is dead costs at most 20 requests and 60 s (docs/promises.md).
   */
  public static final RetryPolicy STANDARD =
      new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(8), 20, Duration.ofSeconds(60));

  public RetryPolicy {
    if (attempts < 1 || requests < 1) {
      throw new IllegalArgumentException("a retry policy wants at least one attempt and request");
    }
  }

  /**
   * @param failures so far, at least 1
   */
  Duration pause(int failures, Optional<Duration> retryAfter) {
    long grown = first.toMillis() << Math.min(failures - 1, 20);
    long most = Math.max(1, Math.min(grown, longest.toMillis()));
    Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most) + 1);
    return retryAfter.filter(asked -> asked.compareTo(pause) > 0).orElse(pause);
  }
}
