package dev.stepcache.oauth;

import dev.stepcache.http.Origin;
import dev.stepcache.http.RedirectPolicy;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Where secrets may be sent for a token: over TLS, or to this machine itself. */
public final class TokenUrl {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private TokenUrl() {}

  /**
   * @param named what has the URL, for people
   * @throws IllegalArgumentException if it is none, without quoting it
   */
  public static URI of(String text, String named) {
    Optional<URI> uri = RedirectPolicy.parse(text).filter(TokenUrl::isSafe);
    return uri.orElseThrow(() -> new IllegalArgumentException(named + " is no https URL"));
  }

  private static boolean isSafe(URI uri) {
    Origin origin = Origin.of(uri);
    return origin.secure() || THIS_MACHINE.contains(origin.host());
  }
}
