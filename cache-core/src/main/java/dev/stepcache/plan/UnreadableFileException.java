package dev.stepcache.plan;

import dev.stepcache.tree.EntryName;
import java.io.IOException;

/** A file of the tree that could not be read while it was packed. */
public final class UnreadableFileException extends IOException {
  private final EntryName name;

  /**
   * @param name the file that cannot be read
   * @param cause the system's word on it
   */
  public UnreadableFileException(EntryName name, IOException cause) {
    super(cause);
    this.name = name;
  }

  /** The file that cannot be read. */
  public EntryName name() {
    return name;
  }
}
