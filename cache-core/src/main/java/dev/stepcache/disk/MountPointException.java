package dev.stepcache.disk;

import dev.stepcache.text.Printable;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.file.Path;

/** A tree cannot be restored here, since something is mounted where it has entries. */
public final class MountPointException extends IOException {
  /**
   * @param point where something is mounted
   * @param name the entry of the tree that lies there or below
   */
  public MountPointException(Path point, String name) {
    super(
        "something is mounted at "
            + FileNames.shown(point)
            + ", in the cache path, where the image has '"
            + Printable.uncut(name)
            + "': nothing can be moved in there");
  }
}
