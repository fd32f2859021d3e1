package dev.stepcache.folder;

import dev.stepcache.io.Interrupts;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;

/** What time it is for a file system: the ctime of a file that is made for it. */
public final class NewFileTime {
  /** In milliseconds: Linux's is 10 at most. */
  private static final int LONGEST_TICK = 20;

  private static final int READABLE = 0644;

  private NewFileTime() {}

  /**
   * A time later than all that was changed before. Where ticks of the clock are longer than is
   * worth waiting for, it may be the same.
   *
   * @param name of the file, which is left; what has it is replaced
   */
  public static long later(OpenFolder folder, byte[] name) throws IOException {
    long first = make(folder, name);
    for (int wait = 0; wait < LONGEST_TICK; wait++) {
      long now = make(folder, name);
      if (now > first) {
        return now;
      }
      pause();
    }
    return first;
  }

  /** What time it is; the file is removed. */
  public static long now(OpenFolder folder, byte[] name) throws IOException {
    long now = make(folder, name);
    folder.remove(name);
    return now;
  }

  private static long make(OpenFolder folder, byte[] name) throws IOException {
    Deletion.of(folder, name);
    folder.create(name, READABLE).close();
    return folder
        .stat(name)
        .orElseThrow(() -> new NoSuchFileException(FileNames.shown(name)))
        .ctime();
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw Interrupts.caught("interrupted");
    }
  }
}
