package dev.stepcache.tree;

/**
 * The access time that a restore leaves each file and symlink with: who reads one moves it, where
 * the file system notes that. In whole seconds, since some file systems hold no less; older than a
 * day and than any time of last change, so that {@code relatime} notes the first read; and no time
 * that anybody else sets.
 */
public final class AccessTime {
  /** The 2nd of January 1980, 03:04:05 UTC, in nanoseconds since 1970. */
  public static final long UNREAD = 315_630_245_000_000_000L;

  private AccessTime() {}
}
