package dev.stepcache.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads http and https URLs as curl does. What RFC 3986 wants encoded and is not, such as a blank,
 * a quote or a {@code |}, is encoded here; a host may have an underscore, as containers have them.
 * A fragment is left out: it is never sent.
 */
final class Urls {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?",
          Pattern.DOTALL);

  private static final String IN_PATH = "-._~/:@!$&'()*+,;=";
  private static final String IN_QUERY = IN_PATH + "?[]";

  private Urls() {}

  /** An absolute URL without user info; empty for anything else. */
  static Optional<URI> parse(String text) {
    return read(null, text);
  }

  /** The same, where the text may be relative to another URL (RFC 3986, 5.2). */
  static Optional<URI> resolve(URI base, String text) {
    return read(base, text);
  }

  private static Optional<URI> read(@Nullable URI base, String text) {
    Matcher parts = PARTS.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1);
    String authority = parts.group(2);
    String path = parts.group(3);
    Optional<String> query = Optional.ofNullable(parts.group(4));
    if (base == null || scheme != null || authority != null) {
      String whose = scheme == null && base != null ? base.getScheme() : scheme;
      return whose == null || authority == null
          ? Optional.empty()
          : Origin.parse(whose, authority)
              .map(origin -> made(origin.scheme() + "://" + bare(authority), path, query));
    }
    String home = base.getScheme() + "://" + base.getRawAuthority();
    String own = base.getRawPath();
    if (path.isEmpty()) {
      return Optional.of(made(home, own, query.or(() -> Optional.ofNullable(base.getRawQuery()))));
    }
    String whole =
        path.startsWith("/") ? path : flattened(own.substring(0, own.lastIndexOf('/') + 1) + path);
    return Optional.of(made(home, whole, query));
  }

  private static URI made(String origin, String path, Optional<String> query) {
    String encoded = encoded(path.isEmpty() ? "/" : path, IN_PATH);
    return URI.create(
        origin + encoded + query.map(given -> "?" + encoded(given, IN_QUERY)).orElse(""));
  }

  /** With the port only where it was given: whoever signed the URL has signed its Host. */
  private static String bare(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    return lower.endsWith(":") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** A path without its dot segments (RFC 3986, 5.2.4). */
  private static String flattened(String path) {
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      boolean dots = segment.equals(".") || segment.equals("..");
      if (segment.equals("..")) {
        kept.pollLast();
      }
      if (!dots) {
        kept.addLast(segment);
      } else if (i == segments.length - 1) {
        kept.addLast("");
      }
    }
    return "/" + String.join("/", kept);
  }

  private static String encoded(String text, String kept) {
    StringBuilder encoded = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int character = text.codePointAt(at);
      if (isEscape(text, at) || isPlain(character) || kept.indexOf(character) >= 0) {
        encoded.appendCodePoint(character);
      } else {
        for (byte one : bytes(character)) {
          encoded.append(String.format(Locale.ROOT, "%%%02X", one & 0xff));
        }
      }
      at += Character.charCount(character);
    }
    return encoded.toString();
  }

  private static boolean isPlain(int character) {
    return character < 0x80 && Character.isLetterOrDigit(character);
  }

  private static boolean isEscape(String text, int at) {
    return text.charAt(at) == '%'
        && at + 2 < text.length()
        && Character.digit(text.charAt(at + 1), 16) >= 0
        && Character.digit(text.charAt(at + 2), 16) >= 0;
  }

  /** A header's characters are its bytes. */
  private static byte[] bytes(int character) {
    return character <= 0xff
        ? new byte[] {(byte) character}
        : Character.toString(character).getBytes(StandardCharsets.UTF_8);
  }
}
