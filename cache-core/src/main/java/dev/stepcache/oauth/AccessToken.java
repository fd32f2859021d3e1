package dev.stepcache.oauth;

import java.time.Instant;

/**
 * A bearer token (RFC 6750). Its text is never shown.
 *
 * @param expires by this machine's clock
 */
public record AccessToken(String value, Instant expires) {
  @Override
  public String toString() {
    return "AccessToken[expires=" + expires + "]";
  }
}
