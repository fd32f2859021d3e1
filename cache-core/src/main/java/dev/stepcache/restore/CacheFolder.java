package dev.stepcache.restore;

import dev.stepcache.disk.FreeSpaces;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cache path that is scanned and restored into, with {@code .stepcache}, the folder inside it
 * that is ours: lock, staging, journal of the commit, local index. The cache path may be a link to
 * a folder, which is then the one that is used.
 */
public final class CacheFolder {
  private final Path path;
  private final List<Path> given;
  private final FaultPoint faultPoint;
  private final Consumer<String> notices;

  /** One that is a cache by itself; it need not be there yet. */
  public CacheFolder(Path path) {
    this(path, FaultPoint.OPEN);
  }

  CacheFolder(Path path, FaultPoint faultPoint) {
    this(path, List.of(path), faultPoint, notice -> {});
  }

  /**
   * @param given all cache paths of the cache, this one among them
   * @param notices is told, in sentences, what was done about a restore that was interrupted, and
   *     who is waited for
   */
  CacheFolder(Path path, List<Path> given, FaultPoint faultPoint, Consumer<String> notices) {
    this.path = path;
    this.given = List.copyOf(given);
    this.faultPoint = faultPoint;
    this.notices = notices;
  }

  /** As it was given: it may lead through links. */
  public Path path() {
    return path;
  }

  /** A file of ours, such as the local index: {@code <cache path>/.stepcache/<name>}. */
  public Path ours(String name) {
    return path.resolve(OwnFolder.NAME).resolve(name);
  }

  /**
   * Makes the cache path with its parents where it is not there, takes the lock for this process
   * alone, undoes what a killed restore left, and removes what it staged. Folders made here are
   * open to all users.
   *
   * @throws BusyException when another process, or another hold of this one, held the lock for
   *     longer than {@code wait}
   * @throws InterruptedRestoreException when what a killed restore left cannot be undone whole
   */
  public FolderHold holdAlone(Duration wait) throws IOException {
    return lockAlone(wait, true);
  }

  /**
   * @param undoes whether to undo what a killed restore left; else that is refused
   */
  private FolderHold lockAlone(Duration wait, boolean undoes) throws IOException {
    Deadline deadline = new Deadline(wait, notices);
    CreatedFolders made = new CreatedFolders();
    while (true) {
      Optional<FolderLock> lock = Optional.empty();
      Path cache = path;
      try {
        made.cache(path.toAbsolutePath());
        cache = path.toRealPath();
        made.ours(cache.resolve(OwnFolder.NAME));
        lock = FolderLock.tryTake(cache.resolve(OwnFolder.NAME), false);
      } catch (NoSuchFileException e) {
        // The last holder is taking away the folders that it made: they are made again.
      }
      if (lock.isPresent()) {
        return recovered(cache, lock.get(), made, undoes);
      }
      deadline.pause(path);
    }
  }

  private FolderHold recovered(Path cache, FolderLock lock, CreatedFolders made, boolean undoes)
      throws IOException {
    boolean held = false;
    try {
      if (!undoes) {
        refuseInterrupted(cache);
      }
      recoverHeld(cache);
      held = true;
      return new FolderHold(cache, Optional.of(lock), true, made, faultPoint);
    } finally {
      if (!held) {
        lock.close();
      }
    }
  }

  private void recoverHeld(Path cache) throws IOException {
    try {
      Uninterrupted.run(() -> {
        Recovery.of(cache, given, faultPoint, notices);
        return cache;
      });
    } catch (FileSystemException e) {
      if (Recovery.isNeeded(cache)) {
        throw new InterruptedRestoreException(
            "a restore into " + path + " was interrupted, and cannot be undone: " + e, e);
      }
      throw e;
    }
  }

  /**
   * Takes the lock together with other readers, and undoes nothing: whoever reads would take for
   * whole what is not, and what the build wrote since for what it is not. The cache path must be
   * there. Where our folder cannot be made or its lock not be opened (a read-only or foreign file
   * system), nobody restores either: then the hold is one without a lock.
   *
   * @throws BusyException when another process held the lock alone for longer than {@code wait}
   * @throws InterruptedRestoreException while the cache path holds some of a restore that was
   *     interrupted: the next one that is alone undoes it
   */
  public FolderHold holdShared(Duration wait) throws IOException {
    Deadline deadline = new Deadline(wait, notices);
    CreatedFolders made = new CreatedFolders();
    Path cache = path.toRealPath();
    if (!Files.isDirectory(cache)) {
      throw new NotDirectoryException(path.toString());
    }
    while (true) {
      Optional<FolderLock> lock;
      try {
        made.ours(cache.resolve(OwnFolder.NAME));
        lock = FolderLock.tryTake(cache.resolve(OwnFolder.NAME), true);
      } catch (NoSuchFileException e) {
        throw e;
      } catch (FileSystemException e) {
        refuseInterrupted(cache);
        refuseForeign(cache.resolve(OwnFolder.NAME));
        return new FolderHold(cache, Optional.empty(), false, made, faultPoint);
      }
      if (lock.isEmpty()) {
        deadline.pause(path);
        continue;
      }
      boolean held = false;
      try {
        refuseInterrupted(cache);
        held = true;
        return new FolderHold(cache, lock, false, made, faultPoint);
      } finally {
        if (!held) {
          lock.get().close();
        }
      }
    }
  }

  /**
   * Undoes what a killed restore left, and removes what it staged: for a step that may end without
   * a hold, such as after a miss. Makes nothing, and does nothing where nothing is left.
   *
   * @throws BusyException when another process was restoring for longer than {@code wait}
   */
  public void recover(Duration wait) throws IOException {
    if (Recovery.isInterrupted(path)) {
      holdAlone(wait).close();
      return;
    }
    tidyUp();
  }

  /**
   * Removes what a killed process staged; undoes nothing, and does nothing where nothing is left or
   * somebody is at work.
   */
  public void tidyUp() {
    try {
      if (!Recovery.isInterrupted(path) && Recovery.findsLeftovers(path)) {
        lockAlone(Duration.ZERO, false).close();
      }
    } catch (IOException e) {
      // Somebody is at work, or may not remove it: it harms nobody.
    }
  }

  /**
   * True while the cache path holds some of a restore that was interrupted, or of one that is at
   * work; changes nothing.
   */
  public boolean isInterrupted() throws IOException {
    return Recovery.isInterrupted(path);
  }

  /** True while what a commit began is neither finished nor undone; changes nothing. */
  public boolean isUnfinished() throws IOException {
    return Recovery.isNeeded(path);
  }

  private void refuseInterrupted(Path cache) throws IOException {
    if (Recovery.isInterrupted(cache)) {
      throw new InterruptedRestoreException(
          "a restore into "
              + path
              + " was interrupted, and what the build wrote since is left as it is");
    }
  }

  /** A link would be followed by whoever writes to our folder. */
  private static void refuseForeign(Path ours) throws IOException {
    if (Stat.of(ours).filter(stat -> !stat.isFolder()).isPresent()) {
      throw new NotDirectoryException(ours.toString());
    }
  }

  /** The lock on a cache path; closing gives it back. */
  public static final class FolderHold implements AutoCloseable {
    private final Path cache;
    private final Optional<FolderLock> lock;
    private final boolean alone;
    private final CreatedFolders made;
    private final FaultPoint faultPoint;

    private FolderHold(
        Path cache,
        Optional<FolderLock> lock,
        boolean alone,
        CreatedFolders made,
        FaultPoint faultPoint) {
      this.cache = cache;
      this.lock = lock;
      this.alone = alone;
      this.made = made;
      this.faultPoint = faultPoint;
    }

    /** The cache path's real path. */
    Path cache() {
      return cache;
    }

    /**
     * Begins a restore; only of a hold that is alone. The stage is empty and on the cache path's
     * own file system.
     */
    public Staging stage(RestoreMode mode) throws IOException {
      return stage(mode, new FreeSpaces());
    }

    /**
     * As one of several.
     *
     * @param spaces the room on the file systems of all of them
     */
    Staging stage(RestoreMode mode, FreeSpaces spaces) throws IOException {
      if (!alone) {
        throw new IllegalStateException("only a hold that is alone may restore");
      }
      Path ours = cache.resolve(OwnFolder.NAME);
      return new Staging(cache, ours, mode, faultPoint, spaces.of(ours));
    }

    /**
     * Removes the folders that {@link #holdAlone} made, if nothing was put there since; that is for
     * a miss, with the stage closed. Only closing may follow.
     */
    public void leaveNoTrace() throws IOException {
      if (alone) {
        made.remove(cache.resolve(OwnFolder.NAME));
      }
    }

    @Override
    public void close() throws IOException {
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
  }
}
