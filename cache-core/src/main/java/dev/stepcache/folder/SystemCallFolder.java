package dev.stepcache.folder;

import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One or two system calls for each thing that is done. */
public final class SystemCallFolder implements OpenFolder {
  private static final byte[] ITSELF = {'.'};
  private static final byte[] ABOVE = {'.', '.'};

  /** Each holds half a megabyte. */
  private static final ThreadLocal<SystemCalls> CALLS = ThreadLocal.withInitial(SystemCalls::new);

  private final SystemCalls calls;

  /** For messages. */
  private final byte[] path;

  private final int folder;

  /** Whether it is open as a path alone (O_PATH), since nobody may read it. */
  private final boolean closed;

  /** Open to be read; -1 while it is not. */
  private int listed = -1;

  private SystemCallFolder(SystemCalls calls, byte[] path, int folder, boolean closed) {
    this.calls = calls;
    this.path = path;
    this.folder = folder;
    this.closed = closed;
    this.listed = closed ? -1 : folder;
  }

  /**
   * Opens a folder by its path. One that may not be read, but entered, is open for names that are
   * known.
   */
  public static SystemCallFolder of(Path path) throws IOException {
    return of(CALLS.get(), path);
  }

  /** The same by the calls of a thread. */
  public static SystemCallFolder of(SystemCalls calls, Path path) throws IOException {
    byte[] bytes = FileNames.bytes(path);
    try {
      return new SystemCallFolder(calls, bytes, calls.folder(bytes), false);
    } catch (AccessDeniedException e) {
      return new SystemCallFolder(calls, bytes, calls.openPath(bytes), true);
    } catch (FileSystemException e) {
      throw noFolder(e, path.toString());
    }
  }

  /** Its file descriptor, as long as it is open. */
  public int descriptor() {
    return folder;
  }

  @Override
  public Stat stat() throws IOException {
    return calls.stat(folder, path);
  }

  @Override
  public Optional<Stat> stat(byte[] name) throws IOException {
    try {
      return Optional.of(calls.statOf(folder, name));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public SystemCallFolder folder(byte[] name) throws IOException {
    try {
      return new SystemCallFolder(calls, name, calls.folder(folder, name), false);
    } catch (AccessDeniedException e) {
      return new SystemCallFolder(calls, name, calls.openPath(folder, name), true);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      throw noFolder(e, FileNames.shown(name));
    }
  }

  /** ELOOP is what Linux says of a link, ENOTDIR of all else. */
  private static FileSystemException noFolder(FileSystemException why, String name) {
    return String.valueOf(why.getReason()).startsWith("Too many levels")
        ? new NotDirectoryException(name)
        : why;
  }

  @Override
  public SystemCallFolder parent() throws IOException {
    return folder(ABOVE);
  }

  @Override
  public List<byte[]> names() throws IOException {
    List<byte[]> names = calls.names(listed(), path);
    while (!names.isEmpty()) {
      names.removeIf(SystemCallFolder::isDots);
      if (!names.isEmpty()) {
        return names;
      }
      names = calls.names(listed(), path);
    }
    return names;
  }

  private static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }

  @Override
  public void rewind() throws IOException {
    calls.rewind(listed(), path);
  }

  private int listed() throws IOException {
    if (listed < 0) {
      listed = calls.folder(folder, ITSELF);
    }
    return listed;
  }

  @Override
  public void remove(byte[] name) throws IOException {
    calls.remove(folder, name);
  }

  @Override
  public void removeFolder(byte[] name) throws IOException {
    calls.removeFolder(folder, name);
  }

  @Override
  public void rename(byte[] name, OpenFolder to, byte[] newName) throws IOException {
    calls.rename(folder, name, ((SystemCallFolder) to).folder, newName);
  }

  @Override
  public void makeFolder(byte[] name, int mode) throws IOException {
    calls.makeFolder(folder, name, mode);
    try (SystemCallFolder made = folder(name)) {
      int present = made.stat().permissions();
      if ((present & mode) != mode) {
        made.mode(present | mode);
      }
    }
  }

  @Override
  public void mode(int mode) throws IOException {
    if (closed) {
      calls.mode(magic(folder), mode);
    } else {
      calls.mode(folder, path, mode);
    }
  }

  @Override
  public void time(long mtime) throws IOException {
    if (closed) {
      calls.timeFollowed(magic(folder), mtime);
    } else {
      calls.times(folder, path, mtime, mtime);
    }
  }

  /** A link that leads to what is open, and nowhere else (proc(5), /proc/pid/fd). */
  private static byte[] magic(int descriptor) {
    return ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The path of a name in this folder, while it is open: nobody can put a link into it. */
  public Path path(byte[] name) {
    return Path.of("/proc/self/fd/" + folder).resolve(FileNames.path(name));
  }

  @Override
  public FileChannel open(byte[] name, boolean writes) throws IOException {
    // As a path first (O_PATH), which waits for no fifo and follows no link; then this very file.
    int found = calls.openName(folder, name);
    try {
      if (!calls.stat(found, name).isFile()) {
        throw new NotOursException(name);
      }
      Set<OpenOption> options =
          writes
              ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
              : Set.of(StandardOpenOption.READ);
      return FileChannel.open(Path.of("/proc/self/fd/" + found), options);
    } finally {
      calls.close(found, name);
    }
  }

  @Override
  public FileChannel create(byte[] name, int mode) throws IOException {
    int file = calls.create(folder, name, mode);
    try {
      calls.mode(file, name, mode);
      return FileChannel.open(
          Path.of("/proc/self/fd/" + file), StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      calls.close(file, name);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed && listed >= 0) {
      calls.close(listed, path);
    }
    calls.close(folder, path);
  }
}
