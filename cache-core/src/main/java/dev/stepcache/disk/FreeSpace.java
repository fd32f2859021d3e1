package dev.stepcache.disk;

import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The room that a restore leaves on a file system. What is declared says little of what will be
 * needed, since holes need nothing: so what is about to be written is reckoned before it is, over
 * all who write, and the file system itself is asked whenever that is used up. Whoever else writes
 * there is thus reckoned with as well. Safe for use by several threads.
 */
public final class FreeSpace {
  /** For files that are none of a restore. */
  static final FreeSpace ENDLESS = new FreeSpace(Path.of(""), () -> Long.MAX_VALUE, 0, 1);

  /** The most between two questions, in bytes; a question costs some microseconds. */
  static final long STEP = 16 << 20;

  /** A hundredth of a file system stays free, but no more than this: the build has to go on. */
  private static final long LARGEST_RESERVE = 256 << 20;

  /** For an entry's lines in the journal and in the local index, which are written later. */
  static final int LATER = 192;

  /** For an inode and a name, which some file systems take from the same room. */
  static final int ENTRY = 1 << 10;

  /**
   * What files end in. Network file systems tell of far larger blocks than they fill, and to
   * believe that would be a question for each few files.
   */
  private static final int SMALLEST_BLOCK = 4 << 10;

  private static final int LARGEST_BLOCK = 64 << 10;

  private final Path folder;
  private final Usable usable;
  private final long reserve;
  private final long block;

  /** What may be written before the next question. */
  private long margin;

  /** What must be left for what is written later. */
  private long owed;

  /** What is being written: the file system may or may not have counted it. */
  private long pending;

  /** How many bytes a file system has free for us. */
  interface Usable {
    long bytes() throws IOException;
  }

  /** Writes what room was reckoned for. */
  interface Writing {
    void run() throws IOException;
  }

  FreeSpace(Path folder, Usable usable, long reserve, long block) {
    this.folder = folder;
    this.usable = usable;
    this.reserve = reserve;
    this.block = block;
  }

  /**
   * That of a folder's file system.
   *
   * @throws FileSystemException when it has no room but the reserve now
   */
  static FreeSpace of(Path folder) throws IOException {
    FileStore store = Files.getFileStore(folder);
    FreeSpace space =
        new FreeSpace(
            folder,
            store::getUsableSpace,
            Math.min(store.getTotalSpace() / 100, LARGEST_RESERVE),
            Math.clamp(store.getBlockSize(), SMALLEST_BLOCK, LARGEST_BLOCK));
    space.entry(0);
    return space;
  }

  /**
   * Writes bytes, if there is room for them.
   *
   * @throws FileSystemException when that would leave less than the reserve
   */
  void write(long bytes, Writing writing) throws IOException {
    begin(rounded(bytes));
    try {
      writing.run();
    } finally {
      end(rounded(bytes));
    }
  }

  /**
   * To be told before something is made that has a name.
   *
   * @param content bytes that it has without being written to
   * @throws FileSystemException as {@link #write} does
   */
  public synchronized void entry(long content) throws IOException {
    owed += LATER;
    take(rounded(ENTRY + content));
  }

  /**
   * The two in one, for a file that is made and written to: as each is made by several threads at
   * once, they meet here half as often. {@link #written} is to be told of its end.
   *
   * @param bytes that are written at its beginning
   * @throws FileSystemException as {@link #write} does; then nothing has begun
   */
  synchronized void file(long bytes) throws IOException {
    entry(0);
    begin(rounded(bytes));
  }

  /** What {@link #file} was told of is written, or will not be. */
  void written(long bytes) {
    end(rounded(bytes));
  }

  private long rounded(long bytes) {
    return Math.ceilDiv(bytes, block) * block;
  }

  private synchronized void begin(long bytes) throws IOException {
    take(bytes);
    pending += bytes;
  }

  private synchronized void end(long bytes) {
    pending -= bytes;
  }

  /** To be called by whoever has the lock. */
  private void take(long bytes) throws IOException {
    if (bytes >= margin) {
      long free = usable.bytes();
      long room = free - reserve - owed - pending;
      if (bytes > room) {
        throw new FileSystemException(
            folder.toString(),
            null,
            "No space left for a restore: "
                + Amounts.bytes(free)
                + " are free there, of which "
                + Amounts.bytes(reserve)
                + " stay free for the build");
      }
      // The nearer to the end, the sooner it is asked again: others write there too.
      margin = Math.max(bytes, Math.min(STEP, room / 2));
    }
    margin -= bytes;
  }
}
