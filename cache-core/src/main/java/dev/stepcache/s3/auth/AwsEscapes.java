package dev.stepcache.s3.auth;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Percent-encoding as Signature Version 4 wants it: each byte of UTF-8 but letters, digits and
 * {@code -._~}, with capital digits. A request is sent as it is signed, so that nobody encodes it
 * again.
 */
public final class AwsEscapes {
  private static final String HEX = "0123456789ABCDEF";

  private AwsEscapes() {}

  /** A text, its slashes encoded too. */
  public static String text(String text) {
    return escaped(text, false);
  }

  /** A path, with its slashes. */
  public static String path(String path) {
    return escaped(path, true);
  }

  /** A query, sorted as it is signed; empty where there are no fields. */
  public static String query(Map<String, String> fields) {
    SortedMap<String, String> escaped = new TreeMap<>();
    fields.forEach((name, value) -> escaped.put(text(name), text(value)));
    return escaped.entrySet().stream()
        .map(field -> field.getKey() + "=" + field.getValue())
        .collect(Collectors.joining("&"));
  }

  private static String escaped(String text, boolean slashes) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xff);
      boolean plain =
          character < 0x80
              && (Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0);
      if (plain || (slashes && character == '/')) {
        escaped.append(character);
      } else {
        escaped.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 15));
      }
    }
    return escaped.toString();
  }
}
