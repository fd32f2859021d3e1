package dev.stepcache.syscall;

import java.io.IOException;
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

  public boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  public boolean isFolder() {
    return (mode & TYPE) == 0040000;
  }

  public boolean isSymlink() {
    return (mode & TYPE) == 0120000;
  }

  /** The lower 12 bits. */
  public int permissions() {
    return mode & 07777;
  }
}
