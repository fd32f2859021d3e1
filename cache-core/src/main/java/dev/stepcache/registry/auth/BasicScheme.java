package dev.stepcache.registry.auth;

import dev.stepcache.credentials.Login;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The Basic authentication scheme (RFC 7617). */
final class BasicScheme {
  private BasicScheme() {}

  /** The value of the header {@code Authorization}. */
  static String header(Login.Basic login) {
    byte[] pair = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
