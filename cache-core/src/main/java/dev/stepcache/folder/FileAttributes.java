package dev.stepcache.folder;

import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** Sets modes and times by path; no link is followed. */
public final class FileAttributes {
  private static final long SECOND = 1_000_000_000L;
  private static final String MODE = "unix:mode";
  private static final ThreadLocal<SystemCalls> CALLS = ThreadLocal.withInitial(SystemCalls::new);

  private FileAttributes() {}

  public static void mode(Path path, int mode) throws IOException {
    try {
      Files.setAttribute(path, MODE, mode, LinkOption.NOFOLLOW_LINKS);
    } catch (AccessDeniedException e) {
      // Not to follow links the JDK opens it, which a folder's own mode may forbid to its owner.
      if (!Stat.isFolder(path)) {
        throw e;
      }
      Files.setAttribute(path, MODE, mode);
    }
  }

  /** Sets the time of last change, as {@link #times} does, and that of last access to the same. */
  public static void time(Path path, long mtime) throws IOException {
    times(path, mtime, mtime);
  }

  /**
   * Sets the times, of a symlink too: to the nanosecond; before 1970 to the second below, where no
   * system call can be made.
   */
  public static void times(Path path, long atime, long mtime) throws IOException {
    // Of a negative fraction the JDK would make the beginning of 1970.
    if (mtime < 0 && mtime % SECOND != 0 && SystemCalls.areUsed()) {
      CALLS.get().times(FileNames.bytes(path), atime, mtime);
      return;
    }
    FileTime time = FileTime.from(settable(mtime), TimeUnit.NANOSECONDS);
    // With the access time given as well the JDK need not ask for it first.
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, FileTime.from(settable(atime), TimeUnit.NANOSECONDS), null);
  }

  /** The time that the JDK can set. */
  static long settable(long mtime) {
    return mtime < 0 ? Math.floorDiv(mtime, SECOND) * SECOND : mtime;
  }
}
