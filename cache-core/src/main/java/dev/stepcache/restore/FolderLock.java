package dev.stepcache.restore;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.Journal;
import dev.stepcache.syscall.Stat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lock of a cache path: a POSIX lock on {@code lock} in our folder, which ends with the
 * process. Such a lock belongs to the whole process and ends when any descriptor of the file is
 * closed: so a second one in this process is not even opened, and counts as busy.
 */
final class FolderLock implements AutoCloseable {
  static final String FILE = "lock";
  static final byte[] NAME = Journal.bytes(FILE);
  private static final int OPEN_TO_ALL = 0666;
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock, without waiting; empty if others have it.
   *
   * @param ours our folder, by its real path
   */
  static Optional<FolderLock> tryTake(Path ours, boolean shared) throws IOException {
    Path file = ours.resolve(FILE);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    boolean taken = false;
    try (OpenFolder folder = OpenFolder.of(ours)) {
      Optional<FolderLock> lock = tryOpen(folder, file, shared);
      taken = lock.isPresent();
      return lock;
    } finally {
      if (!taken) {
        HELD.remove(file);
      }
    }
  }

  private static Optional<FolderLock> tryOpen(OpenFolder ours, Path file, boolean shared)
      throws IOException {
    Optional<Stat> before = ours.stat(NAME);
    if (before.isPresent() && !before.get().isFile()) {
      // None of ours: a link, or a fifo that would be waited for.
      Deletion.of(ours, NAME);
      before = Optional.empty();
    }
    if (before.isEmpty()) {
      create(ours);
      before = ours.stat(NAME);
      if (before.isEmpty()) {
        return Optional.empty();
      }
    }
    FileChannel channel;
    try {
      channel = ours.open(NAME, !shared);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      if ((before.orElseThrow().mode() & OPEN_TO_ALL) == OPEN_TO_ALL) {
        throw e;
      }
      // Another user has just made it, and is about to open it to all.
      return Optional.empty();
    }
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      // Its last holder may have removed the file that was opened: then its lock says nothing.
      taken = lock != null && isSame(before, ours.stat(NAME));
      return taken ? Optional.of(new FolderLock(file, channel)) : Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static void create(OpenFolder ours) throws IOException {
    try {
      ours.create(NAME, OPEN_TO_ALL).close();
    } catch (FileAlreadyExistsException e) {
      // Another process was faster.
    } catch (NoSuchFileException e) {
      // The last holder has just taken our folder away: to be tried again.
    }
  }

  private static boolean isSame(Optional<Stat> before, Optional<Stat> after) {
    return before.isPresent()
        && after.isPresent()
        && before.get().inode() == after.get().inode()
        && before.get().device() == after.get().device();
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try {
        channel.close();
      } finally {
        HELD.remove(file);
      }
    }
  }
}
