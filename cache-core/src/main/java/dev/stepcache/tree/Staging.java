package dev.stepcache.tree;

import java.io.IOException;
import java.io.InputStream;

/**
 * A tree that is being made beside its cache path's content, invisible until it is committed. Safe
 * for use by several threads, also below one folder. Folders above an entry are made as needed; a
 * parent that is anything but a folder made here is refused ({@link RefusedEntryException}), so no
 * link is ever followed. A name that was already made here is refused as well, and so are names at
 * or below {@link CacheFolder#OURS}.
 */
public interface Staging extends AutoCloseable {
  /**
   * Makes a file with exactly {@code size} bytes of {@code content}; fewer are an EOFException.
   * Aligned runs of zeros of 64 KiB or more become holes.
   *
   * @param mode what was saved; the restore mode decides what becomes of it
   * @param mtime nanoseconds since 1970
   */
  void file(EntryName name, InputStream content, long size, int mode, long mtime)
      throws IOException;

  void symlink(EntryName name, String target, long mtime) throws IOException;

  /** Makes a second name for a file that was made here. */
  void hardLink(EntryName name, EntryName existing) throws IOException;

  /** Makes a folder, or says the mode and time of one that was or will be made for its entries. */
  void folder(EntryName name, int mode, long mtime) throws IOException;

  /** Removes what was made here under a name, with all below it; nothing there is no error. */
  void remove(EntryName name) throws IOException;

  /** Removes all that was made here below a folder; "" is the root. */
  void clear(String folder) throws IOException;

  /** The space left on the cache path's file system, in bytes. */
  long usableSpace() throws IOException;

  /**
   * Merges the staged tree into the cache path: what has a staged name is replaced, all else stays.
   * All or nothing: every step is journalled first, and a failure, or a kill as seen by the next
   * {@link CacheFolder} hold, puts back what was there.
   *
   * @return the ctime of a file made after the last rename: what changed before it was changed by
   *     this commit
   */
  long commit() throws IOException;

  /** Drops what was not committed. */
  @Override
  void close() throws IOException;
}
