package dev.stepcache.oauth;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * An account's token, asked for when it is first needed, kept, and renewed shortly before it ends.
 * Where several threads need it, one asks and the others wait. Safe for use by several threads.
 */
public final class KeptToken {
  /**
   * What is left of a token that is still used. Metadata servers keep theirs until four minutes are
   * left: to ask earlier brings the same.
   */
  private static final Duration LEAST = Duration.ofSeconds(225);

  /** A token that is refused so soon was no good from the start. */
  private static final Duration NEW = Duration.ofMinutes(1);

  private final TokenSource source;
  private final InstantSource clock;
  private Optional<AccessToken> kept = Optional.empty();
  private Instant since = Instant.MIN;
  private Instant lastRefused = Instant.MIN;

  /**
   * @param source whose tokens they are
   */
  public KeptToken(TokenSource source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * The token's text.
   *
   * @param operation that it is for, for people
   */
  public synchronized String value(String operation) throws IOException {
    Optional<AccessToken> token =
        kept.filter(known -> clock.instant().plus(LEAST).isBefore(known.expires()));
    if (token.isEmpty()) {
      token = Optional.of(source.fetch(operation));
      kept = token;
      since = clock.instant();
    }
    return token.get().value();
  }

  /**
   * The store did not take the token: one that is kept for long is not used again.
   *
   * @return whether another one may be given next
   */
  public synchronized boolean refused() {
    Instant recently = clock.instant().minus(NEW);
    if (kept.isPresent() && since.isBefore(recently)) {
      kept = Optional.empty();
      lastRefused = clock.instant();
    }
    // Others may have sent the old one too, and be told so after it was renewed.
    return lastRefused.isAfter(recently);
  }

  /** Whose token it is, for people. */
  public String account() {
    return source.account();
  }
}
