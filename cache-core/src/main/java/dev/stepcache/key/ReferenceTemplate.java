package dev.stepcache.key;

import java.util.Optional;

/**
 * A reference with placeholders: {@code {{hash}}}, {@code {{key}}} and {@code %HASH%} stand for the
 * key, {@code {{os}}} and {@code {{arch}}} for the platform; blanks inside the braces don't count.
 */
public record ReferenceTemplate(String text) {
  /** Whether a key is needed to fill it. */
  public boolean needsKey() {
    throw new UnsupportedOperationException();
  }

  /**
   * The reference with every placeholder filled. Throws IllegalStateException when it needs a key
   * and there is none.
   */
  public String fill(Optional<CacheKey> key, String os, String architecture) {
    throw new UnsupportedOperationException();
  }

  /** The reference with {@code latest} in the key's place; empty when it has no place for a key. */
  public Optional<String> latest(String os, String architecture) {
    throw new UnsupportedOperationException();
  }
}
