package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room that a restore leaves on the cache path's file system. What is declared says little of
 * what will be needed, since holes need nothing: so the file system itself is asked, again and
 * again while a tree is staged. Whoever else writes there is thus reckoned with as well.
 */
final class FreeSpace {
  /** Between two questions, in bytes unpacked; a question costs some microseconds. */
  private static final long STEP = 16 << 20;

  /** A hundredth of a file system stays free, but no more than this: the build has to go on. */
  private static final long LARGEST_RESERVE = 256 << 20;

  private final Path folder;
  private final FileStore store;
  private final long reserve;
  private final AtomicLong unpacked = new AtomicLong();

  FreeSpace(Path folder) throws IOException {
    this(folder, Files.getFileStore(folder), LARGEST_RESERVE);
  }

  FreeSpace(Path folder, FileStore store, long largestReserve) throws IOException {
    this.folder = folder;
    this.store = store;
    this.reserve = Math.min(store.getTotalSpace() / 100, largestReserve);
    check();
  }

  /**
   * To be told how many bytes were unpacked, holes included.
   *
   * @throws FileSystemException when the file system has no room but the reserve
   */
  void unpacked(long bytes) throws IOException {
    long after = unpacked.addAndGet(bytes);
    if (after / STEP != (after - bytes) / STEP) {
      check();
    }
  }

  private void check() throws IOException {
    long usable = store.getUsableSpace();
    if (usable < reserve) {
      throw new FileSystemException(
          folder.toString(),
          null,
          "no room: " + usable + " bytes are free, of which " + reserve + " are kept free");
    }
  }
}
