package dev.stepcache.tree;

import java.util.Optional;

/**
 * One entry of a scanned tree. Times are nanoseconds since 1970 (1677 to 2262; what lies beyond is
 * taken for the nearest). Modes are the lower 12 bits.
 */
public sealed interface TreeEntry {
  /** Where it lies, below the root of the tree. */
  EntryName name();

  /** The permission bits that are kept, without the type. */
  int mode();

  /** When its content last changed, in nanoseconds since 1970. */
  long mtime();

  record FolderEntry(EntryName name, int mode, long mtime) implements TreeEntry {}

  /**
   * A regular file.
   *
   * @param size in bytes
   * @param ctime when its inode last changed, in nanoseconds since 1970
   * @param linkTo for all names of a hard-link group but the first in order: the first. Names
   *     outside the cache path don't count.
   */
  record FileEntry(
      EntryName name,
      int mode,
      long mtime,
      long size,
      long inode,
      long ctime,
      Optional<EntryName> linkTo)
      implements TreeEntry {}

  /**
   * A symlink; never followed.
   *
   * @param target as it is stored in the link
   */
  record SymlinkEntry(EntryName name, long mtime, String target, long inode, long ctime)
      implements TreeEntry {
    /** No system asks it. */
    public static final int MODE = 0777;

    @Override
    public int mode() {
      return MODE;
    }
  }
}
