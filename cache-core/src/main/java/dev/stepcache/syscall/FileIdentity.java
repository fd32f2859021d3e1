package dev.stepcache.syscall;

import dev.stepcache.tree.TreeEntry;

/**
 * What the file system says of a file or symlink that was just made: by this it is known again.
 *
 * @param mode the lower 12 bits
 * @param size in bytes
 * @param mtime nanoseconds since 1970, as the file system keeps it
 */
public record FileIdentity(int mode, long inode, long size, long mtime) {
  /** What the kernel says of a file or a symlink now. */
  public static FileIdentity of(Stat stat) {
    int mode = stat.isSymlink() ? TreeEntry.SymlinkEntry.MODE : stat.permissions();
    return new FileIdentity(mode, stat.inode(), stat.size(), stat.mtime());
  }
}
