package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A cache path as a place that is scanned and restored into, with {@code .stepcache}, the folder
 * inside it that is ours: lock, staging, journal of the commit, local index.
 */
public final class CacheFolder {
  /** The name of our folder at the root of each cache path. */
  public static final String OURS = ".stepcache";

  private final Path path;

  public CacheFolder(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** A file of ours, such as the local index: {@code <cache path>/.stepcache/<name>}. */
  public Path ours(String name) {
    return path.resolve(OURS).resolve(name);
  }

  /**
   * A folder for temporary files of ours, on the cache path's file system where that can be
   * written, else the system's.
   */
  public Path spool() throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes the cache path with its parents where it is not there, takes the lock for this process
   * alone, and undoes what a killed restore left.
   *
   * @throws BusyException when another process held the lock for longer than {@code wait}
   */
  public Hold holdAlone(Duration wait) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes the lock together with other readers; undoes first what a killed restore left. The cache
   * path must be there.
   */
  public Hold holdShared(Duration wait) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The lock on a cache path; closing gives it back. */
  public interface Hold extends AutoCloseable {
    /**
     * Begins a restore; only of a hold that is alone. The stage is empty and on the cache path's
     * own file system.
     */
    Staging stage(RestoreMode mode) throws IOException;

    /** Removes the folders that {@link #holdAlone} made, if nothing was put there since. */
    void leaveNoTrace() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Another process held the lock of a cache path for too long. */
  public static final class BusyException extends IOException {
    public BusyException(String message) {
      super(message);
    }
  }
}
