package dev.stepcache.archive;

import dev.stepcache.tree.EntryName;
import java.util.Optional;

/**
 * An entry that was read from a tar. Other types than these are no part of a cache.
 *
 * @param name empty for the root itself, which some tools write as {@code ./}
 * @param mode the lower nine bits
 * @param mtime nanoseconds since 1970
 * @param size of a file's content; 0 for all else
 * @param target of a symlink as it stands, of a hard link a name inside the tree; else empty
 */
public record TarEntry(
    Type type, Optional<EntryName> name, int mode, long mtime, long size, String target) {
  /** What an entry is; hard links are to files alone. */
  public enum Type {
    FILE,
    FOLDER,
    SYMLINK,
    HARD_LINK,
    /** A device, fifo or the like: skipped. */
    SPECIAL
  }
}
