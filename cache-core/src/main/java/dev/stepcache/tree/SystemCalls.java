package dev.stepcache.tree;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Linux's system calls for making files and for looking at them, each made once and on an open file
 * or below an open folder. By their numbers, which the kernel keeps, and through a single C
 * function: to bind one costs tens of milliseconds. Holds the memory that calls read and write; for
 * one thread at a time.
 */
final class SystemCalls {
  /** How much of a file is written at once. */
  static final int BUFFER = 256 << 10;

  private static final int CLOSED_FOR_CHILDREN = 02000000;
  private static final int CREATE_NEW = 01 | 0100 | 0200 | CLOSED_FOR_CHILDREN;

  /** A descriptor that names a place: none may read what is there, so nothing forbids it. */
  private static final int PLACE = 010000000;

  /** In a folder's place: names are relative to the process's own, or whole. */
  static final int HERE = -100;

  private static final int NO_WAITING = 04000;
  private static final int EINTR = 4;
  private static final int EEXIST = 17;

  /** Where struct stat, which is as long on either machine, has what is asked for. */
  private static final int INODE = 8;

  private static final int SIZE = 48;
  private static final int MTIME = 88;
  private static final int CTIME = 104;
  private static final int DEVICE = 0;

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
  private final MemorySegment state =
      memory.asSlice(BUFFER + EntryName.LONGEST + 8 + 512, Bound.STATE.byteSize());
  private final byte[] bytes = new byte[BUFFER];
  private final Machine machine = MACHINE.orElseThrow();

  static boolean areKnown() {
    return MACHINE.isPresent() && Bound.SYSCALL.isPresent();
  }

  /** Opens a folder as the place of what lies below it; a link to one is refused. */
  int place(byte[] path) throws IOException {
    int flags = PLACE | CLOSED_FOR_CHILDREN | machine.directory() | machine.nofollow();
    return (int) checked(path, call(machine.openat(), HERE, name(path), flags, 0));
  }

  /**
   * Opens a folder to read what it says, below an open one or {@link #HERE}; a link to one is
   * refused.
   */
  int folder(int folder, byte[] path) throws IOException {
    int flags = CLOSED_FOR_CHILDREN | machine.directory() | machine.nofollow();
    return (int) checked(path, call(machine.openat(), folder, name(path), flags, 0));
  }

  /** Is told the names in a folder. */
  interface Listing {
    /**
     * Takes a name, "." and ".." among them.
     *
     * @param address of its bytes and a NUL, for {@link #stat}; while this call lasts
     */
    void take(byte[] name, long address) throws IOException;
  }

  /** Reads the names in an open folder. */
  void list(int folder, byte[] path, Listing listing) throws IOException {
    while (true) {
      int end =
          (int) checked(path, call(machine.getdents64(), folder, buffer.address(), BUFFER, 0));
      if (end == 0) {
        return;
      }
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, end);
      for (int at = 0; at < end; ) {
        int start = at + RECORD_NAME;
        int length = 0;
        while (bytes[start + length] != 0) {
          length++;
        }
        listing.take(Arrays.copyOfRange(bytes, start, start + length), buffer.address() + start);
        at += buffer.get(ValueLayout.JAVA_SHORT, at + RECORD_LENGTH) & 0xffff;
      }
    }
  }

  /** What lstat says of a name in an open folder. */
  Stat stat(int folder, byte[] name, long address) throws IOException {
    checked(name, call(machine.newfstatat(), folder, address, record.address(), NO_FOLLOW));
    return stat();
  }

  /** What stat says of an open file. */
  Stat stat(int file, byte[] path) throws IOException {
    checked(path, call(machine.fstat(), file, record.address(), 0, 0));
    return stat();
  }

  private Stat stat() {
    return new Stat(
        record.get(ValueLayout.JAVA_INT, machine.mode()),
        time(MTIME),
        time(CTIME),
        record.get(ValueLayout.JAVA_LONG, INODE),
        record.get(ValueLayout.JAVA_LONG, DEVICE),
        record.get(ValueLayout.JAVA_INT, machine.links()),
        record.get(ValueLayout.JAVA_LONG, SIZE));
  }

  /** Nanoseconds since 1970; what lies beyond is taken for the nearest. */
  private long time(int at) {
    long seconds = TimeUnit.SECONDS.toNanos(record.get(ValueLayout.JAVA_LONG, at));
    if (seconds == Long.MIN_VALUE || seconds == Long.MAX_VALUE) {
      return seconds;
    }
    long time = seconds + record.get(ValueLayout.JAVA_LONG, at + 8);
    return time < seconds ? Long.MAX_VALUE : time;
  }

  /** Opens what has a path for reading; of a link that is refused, and a fifo is not waited for. */
  int open(byte[] path) throws IOException {
    int flags = CLOSED_FOR_CHILDREN | NO_WAITING | machine.nofollow();
    return (int) checked(path, call(machine.openat(), HERE, name(path), flags, 0));
  }

  /** Reads the next bytes of an open file, at most {@link #BUFFER}; 0 at its end. */
  int read(int file, byte[] path, byte[] into, int length) throws IOException {
    int most = Math.min(length, BUFFER);
    int count = (int) checked(path, call(machine.read(), file, buffer.address(), most, 0));
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, count);
    return count;
  }

  /** Makes and opens a file. */
  int create(int folder, byte[] path, int mode) throws IOException {
    int flags = CREATE_NEW | machine.nofollow();
    return (int) checked(path, call(machine.openat(), folder, name(path), flags, mode));
  }

  void makeFolder(int folder, byte[] path, int mode) throws IOException {
    checked(path, call(machine.mkdirat(), folder, name(path), mode, 0));
  }

  void remove(int folder, byte[] path) throws IOException {
    checked(path, call(machine.unlinkat(), folder, name(path), 0, 0));
  }

  /** Reads the bytes that are written next; they are returned too. */
  byte[] read(InputStream content, int length) throws IOException {
    if (content.readNBytes(bytes, 0, length) < length) {
      throw new EOFException("the content of a file ends too early");
    }
    MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
    return bytes;
  }

  /** Writes some of the bytes that were read. */
  void write(int file, byte[] path, int from, int to, long offset) throws IOException {
    long at = offset;
    for (long start = from; start < to; ) {
      long count =
          checked(path, call(machine.pwrite(), file, buffer.address() + start, to - start, at));
      start += count;
      at += count;
    }
  }

  void length(int file, byte[] path, long length) throws IOException {
    checked(path, call(machine.ftruncate(), file, length, 0, 0));
  }

  /** Sets the time of last change, and that of last access to the same. */
  void time(int file, byte[] path, long mtime) throws IOException {
    times(mtime);
    checked(path, call(machine.utimensat(), file, 0, record.address(), 0));
  }

  private void times(long mtime) {
    for (int at = 0; at < 32; at += 16) {
      record.set(ValueLayout.JAVA_LONG, at, Math.floorDiv(mtime, SECOND));
      record.set(ValueLayout.JAVA_LONG, at + 8, Math.floorMod(mtime, SECOND));
    }
  }

  /** Sets the time of whatever has a name; a link is not followed. */
  void time(byte[] path, long mtime) throws IOException {
    times(mtime);
    checked(path, call(machine.utimensat(), HERE, name(path), record.address(), NO_FOLLOW));
  }

  /** What the file system made of a file; its mode is set where it is another. */
  Made made(int file, byte[] path, int mode) throws IOException {
    int present = mode(file, path);
    // A list of rights that a folder gives on may have taken some, or another thread's umask.
    if (present != mode) {
      mode(file, path, mode);
      present = mode(file, path);
    }
    return new Made(
        present,
        record.get(ValueLayout.JAVA_LONG, INODE),
        record.get(ValueLayout.JAVA_LONG, SIZE),
        record.get(ValueLayout.JAVA_LONG, MTIME) * SECOND
            + record.get(ValueLayout.JAVA_LONG, MTIME + 8));
  }

  void mode(int file, byte[] path, int mode) throws IOException {
    checked(path, call(machine.fchmod(), file, mode, 0, 0));
  }

  /** The mode that the file system has, the lower 12 bits. */
  int mode(int file, byte[] path) throws IOException {
    checked(path, call(machine.fstat(), file, record.address(), 0, 0));
    return record.get(ValueLayout.JAVA_INT, machine.mode()) & 07777;
  }

  /** Closes a file; some file systems tell only then that a write failed. */
  void close(int file, byte[] path) throws IOException {
    long result = once(machine.close(), file, 0, 0, 0);
    // Whatever is answered, the descriptor is gone.
    if (result < 0 && errno() != EINTR) {
      checked(path, result);
    }
  }

  /** Sets the process's umask, and returns what it was. */
  int umask(int mask) throws IOException {
    return (int) call(machine.umask(), mask, 0, 0, 0);
  }

  private long name(byte[] path) {
    MemorySegment.copy(path, 0, name, ValueLayout.JAVA_BYTE, 0, path.length);
    name.set(ValueLayout.JAVA_BYTE, path.length, (byte) 0);
    return name.address();
  }

  private long call(int number, long a, long b, long c, long d) throws IOException {
    long result = once(number, a, b, c, d);
    while (result < 0 && errno() == EINTR) {
      result = once(number, a, b, c, d);
    }
    return result;
  }

  private long once(int number, long a, long b, long c, long d) throws IOException {
    try {
      return (long) Bound.HANDLE.invokeExact(state, (long) number, a, b, c, d);
    } catch (Throwable e) {
      throw new IOException("the system could not be called", e);
    }
  }

  private int errno() {
    return (int) Bound.ERRNO.get(state, 0L);
  }

  private long checked(byte[] path, long result) throws FileSystemException {
    if (result >= 0) {
      return result;
    }
    String shown = FileNames.shown(new String(path, StandardCharsets.UTF_8));
    int errno = errno();
    throw switch (errno) {
      case 2 -> new NoSuchFileException(shown);
      case 13 -> new AccessDeniedException(shown, null, reason(errno));
      case EEXIST -> new FileAlreadyExistsException(shown);
      case 20 -> new NotDirectoryException(shown);
      default -> new FileSystemException(shown, null, reason(errno));
    };
  }

  private static String reason(int errno) {
    return switch (errno) {
      case 1 -> "Operation not permitted";
      case 5 -> "Input/output error";
      case 13 -> "Permission denied";
      case 24 -> "Too many open files";
      case 27 -> "File too large";
      case 28 -> "No space left on device";
      case 30 -> "Read-only file system";
      case 36 -> "File name too long";
      case 122 -> "Disk quota exceeded";
      default -> "error " + errno;
    };
  }

  /** Bound at first use. */
  private static final class Bound {
    static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    static final Optional<MethodHandle> SYSCALL = bind();
    static final MethodHandle HANDLE = SYSCALL.orElseThrow();

    private Bound() {}

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> bind() {
      Linker linker = Linker.nativeLinker();
      ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
      return linker
          .defaultLookup()
          .find("syscall")
          .map(syscall ->
              linker.downcallHandle(
                  syscall,
                  FunctionDescriptor.of(number, number, number, number, number, number),
                  Linker.Option.captureCallState("errno")));
    }
  }
}
