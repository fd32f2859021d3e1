package dev.stepcache.folder;

import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder that is held open: what is done to a name in it is done there, wherever the folder's own
 * path leads by now, and no link is followed. Names are single components, in bytes. For one thread
 * at a time.
 */
public sealed interface OpenFolder extends Closeable permits SystemCallFolder, SecureFolder {
  /**
   * Opens a folder.
   *
   * @throws NotDirectoryException when its last component is a link, or no folder
   */
  static OpenFolder of(Path path) throws IOException {
    return SystemCalls.areUsed() ? SystemCallFolder.of(path) : SecureFolder.of(path);
  }

  /** What it is itself. */
  Stat stat() throws IOException;

  /** What a name in it is; empty where nothing has it. */
  Optional<Stat> stat(byte[] name) throws IOException;

  /**
   * Opens a folder in it.
   *
   * @throws NoSuchFileException when nothing has that name
   * @throws NotDirectoryException when it is a link, or no folder
   */
  OpenFolder folder(byte[] name) throws IOException;

  /** Opens the folder that it now lies in. */
  OpenFolder parent() throws IOException;

  /**
   * Some more of the names in it, in no order; none at the end. What is removed or moved away
   * meanwhile disturbs nothing that is still to come; what is added may be missed.
   */
  List<byte[]> names() throws IOException;

  /** Begins its names anew. */
  void rewind() throws IOException;

  /** Removes what is no folder. */
  void remove(byte[] name) throws IOException;

  /** Removes an empty folder. */
  void removeFolder(byte[] name) throws IOException;

  /** Moves a name into a folder of the same file system; what has the new name is replaced. */
  void rename(byte[] name, OpenFolder to, byte[] newName) throws IOException;

  /**
   * Makes a folder.
   *
   * @param mode exactly, but for what is inherited
   * @throws FileAlreadyExistsException when something has that name
   */
  void makeFolder(byte[] name, int mode) throws IOException;

  /**
   * Lets its owner change its entries, and move it; where it is another user's it stays, and what
   * needs the right fails, and tells why.
   *
   * @return what it was before
   */
  default Stat openToOwner() throws IOException {
    Stat before = stat();
    if ((before.mode() & 0700) != 0700) {
      try {
        mode(before.permissions() | 0700);
      } catch (FileSystemException e) {
        // Not ours to change.
      }
    }
    return before;
  }

  /** Sets its own mode. */
  void mode(int mode) throws IOException;

  /** Sets its own time of last change, in nanoseconds since 1970. */
  void time(long mtime) throws IOException;

  /**
   * Opens a file in it; waits for nobody.
   *
   * @param writes whether it is to be written, too
   * @throws NoSuchFileException when nothing has that name
   * @throws NotOursException when it is no file: a link, a fifo or a folder
   */
  FileChannel open(byte[] name, boolean writes) throws IOException;

  /**
   * Makes a file, and opens it for writing and reading.
   *
   * @param mode exactly, whatever the umask; its owner's to read and write
   * @throws FileAlreadyExistsException when something has that name
   */
  FileChannel create(byte[] name, int mode) throws IOException;
}
