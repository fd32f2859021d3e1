package dev.stepcache.plan;

import dev.stepcache.tree.EntryName;
import java.io.IOException;

/** A file of the tree that is no longer what the scan saw; a new scan may find it at rest. */
public final class FileChangedException extends IOException {
  private final EntryName name;

  /**
   * @param name the file that kept changing while it was read
   */
  public FileChangedException(EntryName name) {
    super("changed while it was read");
    this.name = name;
  }

  /** The file that kept changing. */
  public EntryName name() {
    return name;
  }
}
