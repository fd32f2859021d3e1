package dev.stepcache.key;

import java.util.Optional;
import java.util.regex.Pattern;

/** The name of inputs: 64 lower-case hex digits. No digest: it names no content. */
public record CacheKey(String hex) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public CacheKey {
    if (!isSha256(hex)) {
      throw new IllegalArgumentException("a key wants 64 lower-case hex digits");
    }
  }

  /** The key that the text is, if it is one. */
  public static Optional<CacheKey> parse(String text) {
    return isSha256(text) ? Optional.of(new CacheKey(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return hex;
  }

  /** True for the 64 lower-case hex digits of a SHA-256. */
  static boolean isSha256(String hex) {
    return SHA256.matcher(hex).matches();
  }
}
