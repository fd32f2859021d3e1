package dev.stepcache.http;

import java.time.Duration;

/**
 * How long to wait for the other side.
 *
 * @param connect for a connection, without TLS
 * @param silence for the next byte, in either direction; slow is not silent
 * @param hello for an insecure registry's first word of TLS, until plain http is asked as well:
 *     many servers without TLS say nothing at all to it
 * @param probe for an answer to the question whether an insecure registry speaks TLS or http
 */
public record Limits(Duration connect, Duration silence, Duration hello, Duration probe) {
  /**
   * That of the steps. The silence is promised (docs/promises.md); the others are chosen: servers
   * that do not speak TLS, such as the JDK's and Python's, would each cost a step the whole probe
   * without the short hello.
   */
  public static final Limits STANDARD =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMillis(400),
          Duration.ofSeconds(5));

  int connectMillis() {
    return millis(connect);
  }

  int silenceMillis() {
    return millis(silence);
  }

  static int millis(Duration duration) {
    return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }
}
