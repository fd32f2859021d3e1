package dev.stepcache.s3.auth;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who asks. The secret and the token are never shown.
 *
 * @param accessKey its identifier, which is no secret
 * @param token of a session, which goes with each request
 * @param expires when they are worth nothing any more; empty where that is not known
 * @param origin where they came from, for people
 */
public record AwsCredentials(
    String accessKey,
    String secret,
    Optional<String> token,
    Optional<Instant> expires,
    String origin) {
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

  /** Whether they can be sent at all: whoever answers for a service may give anything. */
  boolean areUsable() {
    return VISIBLE.matcher(accessKey).matches()
        && VISIBLE.matcher(secret).matches()
        && token.filter(text -> !VISIBLE.matcher(text).matches()).isEmpty();
  }

  @Override
  public String toString() {
    return "access key " + accessKey + " of " + origin;
  }
}
