package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The changes that a commit and its undoing consist of; none follows a link. */
record Changes(Checkpoint checkpoint) {
  private static final int OWNER = 0700;
  private static final long SECOND = 1_000_000_000L;
  private static final String MODE = "unix:mode";
  private static final ThreadLocal<SystemCalls> CALLS = ThreadLocal.withInitial(SystemCalls::new);

  /** One rename, never a copy; what has the target's name is replaced, as far as rename(2) does. */
  void rename(Path from, Path to) throws IOException {
    checkpoint.pass();
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Sets the mode and time of a folder that was there before us. It may be another user's, who is
   * the only one to set them: then they stay.
   */
  void attributes(Path folder, int mode, long mtime) throws IOException {
    checkpoint.pass();
    try {
      time(folder, mtime);
      mode(folder, mode);
    } catch (FileSystemException e) {
      // If the folder's file system were in trouble, the renames would tell.
    }
  }

  /** Lets its owner change a folder's entries, and move it; says if anything was to be done. */
  static boolean open(Path folder) throws IOException {
    Optional<Stat> stat = Stat.of(folder).filter(Stat::isFolder);
    if (stat.isEmpty() || (stat.get().mode() & OWNER) == OWNER) {
      return false;
    }
    try {
      mode(folder, stat.get().permissions() | OWNER);
    } catch (FileSystemException e) {
      // Not ours to change: what needs it will fail, and tell why.
    }
    return true;
  }

  static void mode(Path path, int mode) throws IOException {
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

  /**
   * Sets the time, of a symlink too: to the nanosecond; before 1970 to the second below, where no
   * system call can be made.
   */
  static void time(Path path, long mtime) throws IOException {
    // Of a negative fraction the JDK would make the beginning of 1970.
    if (mtime < 0 && mtime % SECOND != 0 && NewFiles.areSystemCalls()) {
      CALLS.get().time(FileNames.bytes(path), mtime);
      return;
    }
    long settable = mtime < 0 ? Math.floorDiv(mtime, SECOND) * SECOND : mtime;
    FileTime time = FileTime.from(settable, TimeUnit.NANOSECONDS);
    // With the access time given as well the JDK need not ask for it first.
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, time, null);
  }
}
