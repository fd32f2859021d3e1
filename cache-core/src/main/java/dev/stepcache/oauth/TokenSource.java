package dev.stepcache.oauth;

import java.io.IOException;

/** Where an account's access tokens come from. Safe for use by several threads. */
public interface TokenSource {
  /**
   * A new token, for which somebody is asked.
   *
   * @param operation that it is for: messages begin with it, "{verb} {reference}"
   */
  AccessToken fetch(String operation) throws IOException;

  /** Whose tokens they are, for people: never a secret. */
  String account();
}
