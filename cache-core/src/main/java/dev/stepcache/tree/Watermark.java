package dev.stepcache.tree;

import java.io.IOException;
import java.util.Optional;

/** What time it is for a cache path's file system. */
public final class Watermark {
  private Watermark() {}

  /**
   * The ctime of a file made now: what has an older one from now on was not touched meanwhile.
   * Empty where we may make none.
   */
  public static Optional<Long> now(CacheFolders folders) {
    Optional<Long> earliest = Optional.of(Long.MAX_VALUE);
    for (CacheFolder folder : folders.all()) {
      // Of clocks that differ the earliest is right for all: what is later is looked at.
      earliest = earliest.flatMap(before -> now(folder).map(now -> Math.min(before, now)));
    }
    return earliest;
  }

  private static Optional<Long> now(CacheFolder folder) {
    try {
      return Optional.of(OwnFile.now(folder.path().resolve(CacheFolder.OURS)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
