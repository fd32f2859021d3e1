package dev.stepcache.disk;

import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.AccessTime;
import dev.stepcache.tree.EntryName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes files and folders below a folder, files and symlinks with the access time of what nobody
 * has read yet ({@link AccessTime}); whoever calls made all folders above them, where nobody else
 * makes any. A link that has a name already is neither followed nor replaced. Safe for use by
 * several threads.
 */
public sealed interface NewFiles extends Closeable permits SystemCallFiles, PlainFiles {
  /** Those for a restore's folders, which hold no bytes. */
  static NewFiles below(Path root) throws IOException {
    return below(root, FreeSpace.ENDLESS);
  }

  /**
   * The ones with the fewest system calls that this system has.
   *
   * @param space what is asked before anything is written
   */
  static NewFiles below(Path root, FreeSpace space) throws IOException {
    return SystemCalls.areUsed() ? new SystemCallFiles(root, space) : new PlainFiles(root, space);
  }

  /**
   * Makes a file with the next {@code size} bytes of its content; fewer are an EOFException.
   * Aligned runs of zeros of 64 KiB or more become holes. After a failure the name is free.
   *
   * @param mode exactly, whatever the umask
   * @throws FileAlreadyExistsException when something has that name
   */
  FileIdentity file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException;

  /**
   * Makes a symlink; its target is kept as it is, and never looked at.
   *
   * @throws FileAlreadyExistsException when something has that name
   */
  FileIdentity symlink(EntryName name, String target, long mtime) throws IOException;

  /**
   * Makes a second name for a file, or a symlink, that was made here; empty if there is none.
   *
   * @throws FileAlreadyExistsException when something has that name
   */
  Optional<FileIdentity> hardLink(EntryName name, EntryName existing) throws IOException;

  /** Removes what was made here under a name, with all below it; nothing there is no error. */
  void remove(EntryName name) throws IOException;

  /**
   * Makes a folder that is open to its group.
   *
   * @throws FileAlreadyExistsException when something has that name
   */
  void folder(EntryName name) throws IOException;

  /** Writes the folder's file system to its disk, where the system lets us ask for that. */
  void flush() throws IOException;
}
