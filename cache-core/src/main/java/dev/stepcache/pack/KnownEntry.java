package dev.stepcache.pack;

import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.util.Arrays;

/**
 * A live entry of a layer, as it was left on disk (docs/format.md, the local index).
 *
 * @param layer in which it lies
 * @param position its place among the entries of the layer
 * @param size of a file
 * @param mode that was saved
 * @param present the mode that it has on disk
 * @param first of a hard link, the name of the file that it is another name of; else empty
 * @param sum of all else, the first 16 bytes of the SHA-256 of its content or target
 */
record KnownEntry(
    int layer,
    int position,
    EntryKind kind,
    long size,
    int mode,
    int present,
    long mtime,
    long inode,
    String first,
    byte[] sum) {
  /** Whether the entry on disk can be what was left, by kind and size; content aside. */
  boolean isLike(TreeEntry entry) {
    return switch (entry) {
      case FileEntry file when file.linkTo().isPresent() ->
          kind == EntryKind.HARD_LINK && first.equals(file.linkTo().get().value());
      case FileEntry file -> kind == EntryKind.FILE && size == file.size();
      case SymlinkEntry link -> kind == EntryKind.SYMLINK;
      case FolderEntry folder -> false;
    };
  }

  /**
   * Whether nobody can have touched the entry since the watermark was taken. What changed in the
   * very moment may have the watermark's own ctime.
   */
  boolean isUntouched(TreeEntry entry, long watermark) {
    return entry.mtime() == mtime
        && switch (entry) {
          case FileEntry file -> file.inode() == inode && file.ctime() < watermark;
          case SymlinkEntry link -> link.inode() == inode && link.ctime() < watermark;
          case FolderEntry folder -> false;
        };
  }

  boolean hasSum(byte[] sha256) {
    return Arrays.equals(sum, 0, Sums.SIZE, sha256, 0, Sums.SIZE);
  }
}
