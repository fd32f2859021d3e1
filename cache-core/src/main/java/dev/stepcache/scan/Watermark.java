package dev.stepcache.scan;

import dev.stepcache.folder.OwnFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** What time it is for a cache path's file system. */
public final class Watermark {
  private Watermark() {}

  /**
   * The ctime of a file made now: what has an older one from now on was not touched meanwhile.
   * Empty where we may make none.
   *
   * @param ownFolders {@code .stepcache} of each cache path
   */
  public static Optional<Long> now(Collection<Path> ownFolders) {
    Optional<Long> earliest = Optional.of(Long.MAX_VALUE);
    for (Path folder : ownFolders) {
      // Of clocks that differ the earliest is right for all: what is later is looked at.
      earliest = earliest.flatMap(before -> ofFolder(folder).map(now -> Math.min(before, now)));
    }
    return earliest;
  }

  private static Optional<Long> ofFolder(Path ownFolder) {
    try {
      return Optional.of(OwnFile.now(ownFolder));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
