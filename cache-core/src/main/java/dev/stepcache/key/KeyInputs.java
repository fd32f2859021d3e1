package dev.stepcache.key;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that a key is made of.
 *
 * @param workingDirectory absolute; what the patterns are relative to
 * @param neverWalked absolute folders: the cache paths
 * @param template as the user wrote it; part of the recipe, not of the key
 * @param platform {@code os/architecture}, or empty for a key that fits any
 * @param extras further strings
 */
public record KeyInputs(
    Path workingDirectory,
    LockFilePatterns patterns,
    Set<Path> neverWalked,
    String template,
    Optional<String> platform,
    List<String> extras) {

  /** A key and what made it. */
  public record Computed(CacheKey key, KeyRecipe recipe) {}

  /**
   * Walks the working directory once, reads each matching file once.
   *
   * @throws NoLockFilesException when no pattern matches
   * @throws IOException when a match cannot be read
   */
  public Computed compute() throws IOException {
    throw new UnsupportedOperationException();
  }
}
