package dev.stepcache.syscall;

import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Linux's system calls for making files and for looking at them, each made once and on an open file
 * or below an open folder. Holds the memory that calls read and write; for one thread at a time.
 */
public final class SystemCalls {
  /** {@code -Dstepcache.files=plain}: the JDK's own ways, as on other systems. */
  public static final String PROPERTY = "stepcache.files";

  /** How much of a file is read or written at once. */
  public static final int BUFFER = 256 << 10;

  /** How many bytes of names are read at once where they are kept: a thousand or two. */
  private static final int NAMES = 64 << 10;

  private static final int CLOSED_FOR_CHILDREN = 02000000;
  private static final int CREATE_NEW = 01 | 0100 | 0200 | CLOSED_FOR_CHILDREN;

  /** A descriptor that names a file and reads nothing of it (O_PATH), so no mode forbids it. */
  private static final int PATH_ONLY = 010000000;

  /** Instead of an open folder, where names are whole paths. */
  private static final int HERE = -100;

  private static final int NO_WAITING = 04000;

  /** AT_REMOVEDIR. */
  private static final int FOLDER = 0x200;

  /** AT_SYMLINK_NOFOLLOW. */
  private static final int NO_FOLLOW = 0x100;

  /** Where struct linux_dirent64 has its length, and its name up to a NUL. */
  private static final int RECORD_LENGTH = 16;

  private static final int RECORD_NAME = 19;

  private static final long SECOND = 1_000_000_000L;

  private static final Optional<Machine> MACHINE = Machine.ours();

  private final MemorySegment memory = Arena.ofAuto().allocate(BUFFER + EntryName.LONGEST + 1024);
  private final MemorySegment buffer = memory.asSlice(0, BUFFER);
  private final MemorySegment name = memory.asSlice(BUFFER, EntryName.LONGEST + 8);
  private final MemorySegment record = memory.asSlice(BUFFER + EntryName.LONGEST + 8, 512);
  private final MemorySegment other = memory.asSlice(BUFFER + EntryName.LONGEST + 520, 504);
  private final SystemCall function = new SystemCall();
  private final byte[] bytes = new byte[BUFFER];
  private final Machine machine = MACHINE.orElseThrow();

  /** Whether the system is called directly here. */
  public static boolean areUsed() {
    return !System.getProperty(PROPERTY, "").equals("plain") && areKnown();
  }

  static boolean areKnown() {
    return MACHINE.isPresent() && SystemCall.isBound();
  }

  /** Opens a folder only as what paths below it start from (O_PATH); a link to one is refused. */
  public int openPath(byte[] path) throws IOException {
    int flags = PATH_ONLY | CLOSED_FOR_CHILDREN | machine.directory() | machine.nofollow();
    return (int) checked(path, function.call(machine.openat(), HERE, name(path), flags, 0));
  }

  /** Opens a folder, to read what it says; a link to one is refused. */
  public int folder(byte[] path) throws IOException {
    return folder(HERE, path);
  }

  /** The same below an open one. */
  public int folder(int folder, byte[] path) throws IOException {
    int flags = CLOSED_FOR_CHILDREN | machine.directory() | machine.nofollow();
    return (int)
        checkedIn(folder, path, function.call(machine.openat(), folder, name(path), flags, 0));
  }

  /** The same below an open one (O_PATH), which needs no right to read it. */
  public int openPath(int folder, byte[] path) throws IOException {
    int flags = PATH_ONLY | CLOSED_FOR_CHILDREN | machine.directory() | machine.nofollow();
    return (int)
        checkedIn(folder, path, function.call(machine.openat(), folder, name(path), flags, 0));
  }

  /** A descriptor that names whatever has a name in an open folder, a link itself. */
  public int openName(int folder, byte[] name) throws IOException {
    int flags = PATH_ONLY | CLOSED_FOR_CHILDREN | machine.nofollow();
    return (int)
        checkedIn(folder, name, function.call(machine.openat(), folder, name(name), flags, 0));
  }

  /** Begins the names in an open folder anew. */
  public void rewind(int folder, byte[] path) throws IOException {
    checked(path, function.call(machine.lseek(), folder, 0, 0, 0));
  }

  /** Reads some more of the names in an open folder, "." and ".." among them; none at the end. */
  public List<byte[]> names(int folder, byte[] path) throws IOException {
    List<byte[]> names = new ArrayList<>();
    int end = readRecords(folder, path, NAMES);
    for (int at = 0; at < end; at += recordLength(at)) {
      names.add(recordName(at));
    }
    return names;
  }

  /** Is told the names in a folder. */
  public interface Listing {
    /**
     * Takes a name, "." and ".." among them.
     *
     * @param address of its bytes and a NUL, for {@link #stat}; while this call lasts
     */
    void take(byte[] name, long address) throws IOException;
  }

  /** Reads the names in an open folder. */
  public void list(int folder, byte[] path, Listing listing) throws IOException {
    while (true) {
      int end = readRecords(folder, path, BUFFER);
      if (end == 0) {
        return;
      }
      for (int at = 0; at < end; at += recordLength(at)) {
        listing.take(recordName(at), buffer.address() + at + RECORD_NAME);
      }
    }
  }

  /** Reads names, at most so many bytes, and returns where the last ends; 0 where none is left. */
  private int readRecords(int folder, byte[] path, int most) throws IOException {
    int end =
        (int) checked(path, function.call(machine.getdents64(), folder, buffer.address(), most, 0));
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, end);
    return end;
  }

  private int recordLength(int at) {
    return buffer.get(ValueLayout.JAVA_SHORT, at + RECORD_LENGTH) & 0xffff;
  }

  private byte[] recordName(int at) {
    int start = at + RECORD_NAME;
    int end = start;
    while (bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** What lstat says of a name in an open folder. */
  public Stat stat(int folder, byte[] name, long address) throws IOException {
    checkedIn(
        folder,
        name,
        function.call(machine.newfstatat(), folder, address, record.address(), NO_FOLLOW));
    return Stat.read(record, machine);
  }

  /** The same. */
  public Stat statOf(int folder, byte[] name) throws IOException {
    return stat(folder, name, name(name));
  }

  /** What stat says of an open file. */
  public Stat stat(int file, byte[] path) throws IOException {
    checked(path, function.call(machine.fstat(), file, record.address(), 0, 0));
    return Stat.read(record, machine);
  }

  /** Opens what has a path for reading; of a link that is refused, and a fifo is not waited for. */
  public int open(byte[] path) throws IOException {
    int flags = CLOSED_FOR_CHILDREN | NO_WAITING | machine.nofollow();
    return (int) checked(path, function.call(machine.openat(), HERE, name(path), flags, 0));
  }

  /** Reads the next bytes of an open file, at most {@link #BUFFER}; 0 at its end. */
  public int read(int file, byte[] path, byte[] into, int length) throws IOException {
    int most = Math.min(length, BUFFER);
    int count = (int) checked(path, function.call(machine.read(), file, buffer.address(), most, 0));
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, count);
    return count;
  }

  /** Makes and opens a file. */
  public int create(int folder, byte[] path, int mode) throws IOException {
    return create(folder, path, mode, path);
  }

  /**
   * The same.
   *
   * @param shown the name for messages
   */
  public int create(int folder, byte[] path, int mode, byte[] shown) throws IOException {
    int flags = CREATE_NEW | machine.nofollow();
    return (int)
        checkedIn(folder, shown, function.call(machine.openat(), folder, name(path), flags, mode));
  }

  /** Writes all of an open folder's file system that is not written yet, and waits for that. */
  public void flush(int folder, byte[] path) throws IOException {
    checked(path, function.call(machine.syncfs(), folder, 0, 0, 0));
  }

  /**
   * Makes a folder.
   *
   * @param path below an open folder
   * @param mode which the umask restricts
   */
  public void makeFolder(int folder, byte[] path, int mode) throws IOException {
    checkedIn(folder, path, function.call(machine.mkdirat(), folder, name(path), mode, 0));
  }

  /** Removes a name that is no folder's. */
  public void remove(int folder, byte[] path) throws IOException {
    checkedIn(folder, path, function.call(machine.unlinkat(), folder, name(path), 0, 0));
  }

  /** Removes an empty folder. */
  public void removeFolder(int folder, byte[] path) throws IOException {
    checkedIn(folder, path, function.call(machine.unlinkat(), folder, name(path), FOLDER, 0));
  }

  /** Moves a name of at most one component from one open folder into another. */
  public void rename(int from, byte[] name, int to, byte[] newName) throws IOException {
    MemorySegment.copy(newName, 0, other, ValueLayout.JAVA_BYTE, 0, newName.length);
    other.set(ValueLayout.JAVA_BYTE, newName.length, (byte) 0);
    long result = function.call(machine.renameat(), from, name(name), to, other.address());
    if (result < 0) {
      throw SystemError.of(function.errno(), from, name, to, newName);
    }
  }

  /** Sets the mode of what a path leads to; links are followed. */
  public void mode(byte[] path, int mode) throws IOException {
    checked(path, function.call(machine.fchmodat(), HERE, name(path), mode, 0));
  }

  /** Sets the time of what a path leads to; links are followed. */
  public void timeFollowed(byte[] path, long mtime) throws IOException {
    put(mtime, mtime);
    checked(path, function.call(machine.utimensat(), HERE, name(path), record.address(), 0));
  }

  /** Writes bytes, at most {@link #BUFFER}, at an offset of an open file. */
  public void write(int file, byte[] path, byte[] bytes, int from, int length, long offset)
      throws IOException {
    MemorySegment.copy(bytes, from, buffer, ValueLayout.JAVA_BYTE, 0, length);
    for (int done = 0; done < length; ) {
      done +=
          (int)
              checked(
                  path,
                  function.call(
                      machine.pwrite(),
                      file,
                      buffer.address() + done,
                      length - done,
                      offset + done));
    }
  }

  /**
   * Sets the length of an open file; what is added reads as zeros.
   *
   * @param path for messages
   * @param length in bytes
   */
  public void length(int file, byte[] path, long length) throws IOException {
    checked(path, function.call(machine.ftruncate(), file, length, 0, 0));
  }

  /** Sets the times of last access and of last change. */
  public void times(int file, byte[] path, long atime, long mtime) throws IOException {
    put(atime, mtime);
    checked(path, function.call(machine.utimensat(), file, 0, record.address(), 0));
  }

  private void put(long atime, long mtime) {
    record.set(ValueLayout.JAVA_LONG, 0, Math.floorDiv(atime, SECOND));
    record.set(ValueLayout.JAVA_LONG, 8, Math.floorMod(atime, SECOND));
    record.set(ValueLayout.JAVA_LONG, 16, Math.floorDiv(mtime, SECOND));
    record.set(ValueLayout.JAVA_LONG, 24, Math.floorMod(mtime, SECOND));
  }

  /** Sets the times of whatever has a name; a link is not followed. */
  public void times(byte[] path, long atime, long mtime) throws IOException {
    put(atime, mtime);
    checked(
        path, function.call(machine.utimensat(), HERE, name(path), record.address(), NO_FOLLOW));
  }

  /** What the file system made of a file; its mode is set where it is another. */
  public FileIdentity made(int file, byte[] path, int mode) throws IOException {
    Stat there = stat(file, path);
    // A list of rights that a folder gives on may have taken some, or another thread's umask.
    if (there.permissions() != mode) {
      mode(file, path, mode);
      there = stat(file, path);
    }
    return FileIdentity.of(there);
  }

  /**
   * Sets the permissions of an open file exactly, whatever the umask.
   *
   * @param path for messages
   */
  public void mode(int file, byte[] path, int mode) throws IOException {
    checked(path, function.call(machine.fchmod(), file, mode, 0, 0));
  }

  /** Closes a file; some file systems tell only then that a write failed. */
  public void close(int file, byte[] path) throws IOException {
    long result = function.once(machine.close(), file, 0, 0, 0);
    // Whatever is answered, the descriptor is gone.
    if (result < 0 && !function.wasInterrupted()) {
      checked(path, result);
    }
  }

  /** Sets the process's umask, and returns what it was. */
  int umask(int mask) throws IOException {
    return (int) function.call(machine.umask(), mask, 0, 0, 0);
  }

  private long name(byte[] path) {
    MemorySegment.copy(path, 0, name, ValueLayout.JAVA_BYTE, 0, path.length);
    name.set(ValueLayout.JAVA_BYTE, path.length, (byte) 0);
    return name.address();
  }

  private long checkedIn(int folder, byte[] name, long result) throws FileSystemException {
    if (result < 0) {
      throw SystemError.of(function.errno(), folder, name);
    }
    return result;
  }

  private long checked(byte[] path, long result) throws FileSystemException {
    if (result < 0) {
      throw SystemError.of(function.errno(), path);
    }
    return result;
  }
}
