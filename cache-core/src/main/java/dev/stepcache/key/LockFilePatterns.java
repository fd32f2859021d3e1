package dev.stepcache.key;

import java.util.List;

/** The patterns that name lock files, relative to the working directory. */
public record LockFilePatterns(List<String> patterns) {
  public LockFilePatterns {
    patterns = List.copyOf(patterns);
  }

  /**
   * Reads patterns as users write them: blank ones are dropped. Throws IllegalArgumentException
   * that names the pattern and what is wrong with it.
   */
  public static LockFilePatterns parse(List<String> patterns) {
    throw new UnsupportedOperationException();
  }

  public boolean isEmpty() {
    return patterns.isEmpty();
  }
}
