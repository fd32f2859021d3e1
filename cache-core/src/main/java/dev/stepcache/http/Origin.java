package dev.stepcache.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Scheme, host and port: what a login belongs to. The host is in lower case. */
public record Origin(String scheme, String host, int port) {
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+\\])(?::([0-9]{0,5}))?");

  private static final int LARGEST_PORT = 65_535;

  /** Of an http or https URL without user info. */
  public static Origin of(URI uri) {
    // Not by getHost: Java's URL has none where the name has an underscore.
    return parse(uri.getScheme(), uri.getRawAuthority())
        .orElseThrow(() -> new IllegalArgumentException("no http URL of a host"));
  }

  /** The origin that {@code host} or {@code host:port} names; empty where it names none. */
  static Optional<Origin> parse(String scheme, String authority) {
    String lower = scheme.toLowerCase(Locale.ROOT);
    Matcher parts = AUTHORITY.matcher(authority);
    if (!parts.matches() || !(lower.equals("http") || lower.equals("https"))) {
      return Optional.empty();
    }
    String host = parts.group(1).toLowerCase(Locale.ROOT);
    String digits = parts.group(2);
    int port =
        digits == null || digits.isEmpty()
            ? (lower.equals("https") ? 443 : 80)
            : Integer.parseInt(digits);
    return port > LARGEST_PORT ? Optional.empty() : Optional.of(new Origin(lower, host, port));
  }

  /** The origin of a registry that is named as {@code host} or {@code host:port}. */
  public static Origin of(String scheme, String registry) {
    return of(URI.create(scheme + "://" + registry + "/"));
  }

  /** By hand: what Java makes of a record at its first comparison costs ten milliseconds. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Origin origin
        && port == origin.port
        && host.equals(origin.host)
        && scheme.equals(origin.scheme);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port;
  }

  /** The host, an IPv6 address without its brackets. */
  String bareHost() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Whether it is spoken to over TLS. */
  public boolean secure() {
    return scheme.equals("https");
  }

  /** A path, with its query if it has one, at this origin. */
  public URI resolve(String path) {
    return URI.create(scheme + "://" + host + ":" + port + path);
  }
}
