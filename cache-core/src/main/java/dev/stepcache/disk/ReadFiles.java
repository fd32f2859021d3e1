package dev.stepcache.disk;

import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.TreeEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens files below a folder to read them; follows no link. Safe for use by several threads. */
public sealed interface ReadFiles permits SystemCallReads, PlainReads, JoinedReads {
  /** Those with the fewest system calls that this system has. */
  static ReadFiles below(Path root) {
    return SystemCalls.areUsed() ? new SystemCallReads(root) : new PlainReads(root);
  }

  /** The same of the cache paths of a tree. */
  static ReadFiles below(Roots roots) {
    return roots.names().isEmpty()
        ? below(roots.folders().firstEntry().getValue())
        : new JoinedReads(roots);
  }

  /**
   * Opens what has a name, whatever it is; waits for nobody.
   *
   * @throws NoSuchFileException when nothing has that name
   */
  OpenFile open(EntryName name) throws IOException;

  /** A file that is read from its beginning, by one thread. */
  interface OpenFile extends Closeable {
    /** Reads some bytes, at most so many; 0 or fewer at the end. */
    int read(byte[] into, int length) throws IOException;

    /**
     * Whether it is still what a scan saw, as far as its size and the time of its last change tell.
     */
    boolean isStill(TreeEntry.FileEntry scanned) throws IOException;
  }
}
