package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;

/** What an entry of a content layer can be, folders aside. */
public enum EntryKind {
  FILE,
  SYMLINK,
  HARD_LINK;

  /** The number that stands for the kind in the local index. */
  public int number() {
    return switch (this) {
      case FILE -> 0;
      case SYMLINK -> 1;
      case HARD_LINK -> 2;
    };
  }

  /** The kind that a number of the local index stands for. */
  public static EntryKind of(int number) throws CorruptArchiveException {
    return switch (number) {
      case 0 -> FILE;
      case 1 -> SYMLINK;
      case 2 -> HARD_LINK;
      default -> throw new CorruptArchiveException("no kind of entry: " + number);
    };
  }
}
