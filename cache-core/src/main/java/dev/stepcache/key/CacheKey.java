package dev.stepcache.key;

import java.util.Optional;
import java.util.regex.Pattern;

/** The name of inputs: 64 lower-case hex digits. No digest: it names no content. */
public record CacheKey(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public CacheKey {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a key wants 64 lower-case hex digits");
    }
  }

  /** The key that the text is, if it is one. */
  public static Optional<CacheKey> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new CacheKey(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return hex;
  }
}
