package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.Path;

/** Reads a cache path's tree: names, sizes, modes and times, but no content. */
public final class TreeScan {
  private TreeScan() {}

  /**
   * Scans everything below a cache path but {@link CacheFolder#OURS} at its root. Links are not
   * followed. What vanishes meanwhile is left out.
   */
  public static Tree of(Path cachePath) throws IOException {
    throw new UnsupportedOperationException();
  }
}
