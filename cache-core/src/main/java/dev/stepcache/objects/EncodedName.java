package dev.stepcache.objects;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names as a component of a path or a value of a query has them (RFC 3986): slashes encoded. */
public final class EncodedName {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private EncodedName() {}

  /** The name, percent-encoded. */
  public static String of(String name) {
    StringBuilder encoded = new StringBuilder(name.length() + 16);
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xff);
      if (character < 0x80
          && (Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0)) {
        encoded.append(character);
      } else {
        encoded.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return encoded.toString();
  }
}
