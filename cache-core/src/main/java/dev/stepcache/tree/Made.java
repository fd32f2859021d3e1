package dev.stepcache.tree;

/**
 * What the file system says of a file or symlink that was just made: by this it is known again.
 *
 * @param size in bytes
 * @param mtime nanoseconds since 1970, as the file system keeps it
 */
public record Made(long inode, long size, long mtime) {
  static Made of(Stat stat) {
    return new Made(stat.inode(), stat.size(), stat.mtime());
  }
}
