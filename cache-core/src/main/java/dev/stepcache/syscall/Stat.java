package dev.stepcache.syscall;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What lstat says of a name; a link is never followed.
 *
 * @param mode type and permissions
 * @param mtime nanoseconds since 1970, as are those of ctime and atime
 */
public record Stat(
    int mode, long mtime, long ctime, long atime, long inode, long device, int links, long size) {
  private static final String WHAT =
      "unix:mode,lastModifiedTime,ctime,lastAccessTime,ino,dev,nlink,size";
  private static final int TYPE = 0170000;

  /** Where struct stat, which is as long on either machine, has what is asked for. */
  private static final int DEVICE_AT = 0;

  private static final int INODE_AT = 8;
  private static final int SIZE_AT = 48;
  private static final int ATIME_AT = 72;
  private static final int MTIME_AT = 88;
  private static final int CTIME_AT = 104;

  /** What the kernel wrote into a struct stat. */
  static Stat read(MemorySegment struct, Machine machine) {
    return new Stat(
        struct.get(ValueLayout.JAVA_INT, machine.mode()),
        time(struct, MTIME_AT),
        time(struct, CTIME_AT),
        time(struct, ATIME_AT),
        struct.get(ValueLayout.JAVA_LONG, INODE_AT),
        struct.get(ValueLayout.JAVA_LONG, DEVICE_AT),
        struct.get(ValueLayout.JAVA_INT, machine.links()),
        struct.get(ValueLayout.JAVA_LONG, SIZE_AT));
  }

  /** Nanoseconds since 1970; what lies beyond is taken for the nearest. */
  private static long time(MemorySegment struct, int at) {
    long seconds = TimeUnit.SECONDS.toNanos(struct.get(ValueLayout.JAVA_LONG, at));
    if (seconds == Long.MIN_VALUE || seconds == Long.MAX_VALUE) {
      return seconds;
    }
    long time = seconds + struct.get(ValueLayout.JAVA_LONG, at + 8);
    return time < seconds ? Long.MAX_VALUE : time;
  }

  /** Empty where nothing has that name. */
  public static Optional<Stat> of(Path path) throws IOException {
    try {
      Map<String, Object> read = Files.readAttributes(path, WHAT, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new Stat(
              (int) value(read, "mode"),
              nanoseconds(value(read, "lastModifiedTime")),
              nanoseconds(value(read, "ctime")),
              nanoseconds(value(read, "lastAccessTime")),
              (long) value(read, "ino"),
              (long) value(read, "dev"),
              (int) value(read, "nlink"),
              (long) value(read, "size")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** What is known to be there. */
  public static Stat ofPresent(Path path) throws IOException {
    return of(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  /** True for a folder itself, false for a link to one. */
  public static boolean isFolder(Path path) throws IOException {
    return of(path).filter(Stat::isFolder).isPresent();
  }

  private static Object value(Map<String, Object> read, String name) throws FileSystemException {
    Object value = read.get(name);
    if (value == null) {
      throw new FileSystemException(name);
    }
    return value;
  }

  private static long nanoseconds(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }

  /** Whether it is a regular file. */
  public boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  /** Whether it is a folder. */
  public boolean isFolder() {
    return (mode & TYPE) == 0040000;
  }

  /** Whether it is a symlink. */
  public boolean isSymlink() {
    return (mode & TYPE) == 0120000;
  }

  /** The lower 12 bits. */
  public int permissions() {
    return mode & 07777;
  }
}
