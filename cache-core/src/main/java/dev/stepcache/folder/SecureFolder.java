package dev.stepcache.folder;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * As any POSIX system's JDK can. It tells of an open folder's names less than is needed, and makes
 * no folders in it: that is asked for by path, and believed only of what the open folder has too.
 */
final class SecureFolder implements OpenFolder {
  private static final int SOME = 1024;
  private static final Path ITSELF = Path.of(".");

  private final Path path;
  private final SecureDirectoryStream<Path> folder;

  /** Another stream of the same folder, for names are told only once by each. */
  private Optional<DirectoryStream<Path>> again = Optional.empty();

  private Iterator<Path> names;

  private SecureFolder(Path path, DirectoryStream<Path> folder) {
    this.path = path;
    this.folder = (SecureDirectoryStream<Path>) folder;
    this.names = folder.iterator();
  }

  @SuppressWarnings("StreamResourceLeak") // It is closed with the folder.
  static SecureFolder of(Path path) throws IOException {
    if (!Stat.ofPresent(path).isFolder()) {
      throw new NotDirectoryException(path.toString());
    }
    DirectoryStream<Path> opened = Files.newDirectoryStream(path);
    if (!(opened instanceof SecureDirectoryStream)) {
      opened.close();
      throw new FileSystemException(path.toString(), null, "folders cannot be held open here");
    }
    return new SecureFolder(path, opened);
  }

  @Override
  public Stat stat() throws IOException {
    return same(
            Stat.of(path),
            folder.getFileAttributeView(BasicFileAttributeView.class).readAttributes())
        .orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  @Override
  public Optional<Stat> stat(byte[] name) throws IOException {
    Path child = FileNames.path(name);
    try {
      return same(Stat.of(path.resolve(child)), view(child).readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private BasicFileAttributeView view(Path child) {
    return folder.getFileAttributeView(
        child, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** By path there is more to be had; what is another's is nothing. */
  private Optional<Stat> same(Optional<Stat> byPath, BasicFileAttributes held) throws IOException {
    if (byPath.isPresent()
        && Objects.requireNonNull(held.fileKey())
            .toString()
            .endsWith("ino=" + byPath.get().inode() + ")")) {
      return byPath;
    }
    throw new FileSystemException(path.toString(), null, "it was moved while it was looked at");
  }

  @Override
  public SecureFolder folder(byte[] name) throws IOException {
    Path child = FileNames.path(name);
    if (!view(child).readAttributes().isDirectory()) {
      throw new NotDirectoryException(FileNames.shown(name));
    }
    return new SecureFolder(
        path.resolve(child), folder.newDirectoryStream(child, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public SecureFolder parent() throws IOException {
    Path above = Objects.requireNonNull(path.getParent());
    return new SecureFolder(above, folder.newDirectoryStream(Path.of("..")));
  }

  @Override
  public List<byte[]> names() throws IOException {
    List<byte[]> some = new ArrayList<>();
    try {
      while (some.size() < SOME && names.hasNext()) {
        some.add(FileNames.bytes(names.next().getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return some;
  }

  @Override
  public void rewind() throws IOException {
    DirectoryStream<Path> anew = folder.newDirectoryStream(ITSELF, LinkOption.NOFOLLOW_LINKS);
    closeListing();
    again = Optional.of(anew);
    names = anew.iterator();
  }

  private void closeListing() throws IOException {
    if (again.isPresent()) {
      again.get().close();
    }
  }

  @Override
  public void remove(byte[] name) throws IOException {
    folder.deleteFile(FileNames.path(name));
  }

  @Override
  public void removeFolder(byte[] name) throws IOException {
    folder.deleteDirectory(FileNames.path(name));
  }

  @Override
  public void rename(byte[] name, OpenFolder to, byte[] newName) throws IOException {
    folder.move(FileNames.path(name), ((SecureFolder) to).folder, FileNames.path(newName));
  }

  @Override
  public void makeFolder(byte[] name, int mode) throws IOException {
    Files.createDirectory(path.resolve(FileNames.path(name)));
    try (SecureFolder made = folder(name)) {
      int present = made.stat().permissions();
      if ((present & mode) != mode) {
        made.mode(present | mode);
      }
    }
  }

  /** An open folder's view knows nine bits, and drops all others. */
  @Override
  public void mode(int mode) throws IOException {
    if (((mode | stat().permissions()) & ~0777) != 0) {
      FileAttributes.mode(path, mode);
      return;
    }
    folder.getFileAttributeView(PosixFileAttributeView.class).setPermissions(permissions(mode));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    StringBuilder text = new StringBuilder(9);
    for (int bit = 0; bit < 9; bit++) {
      text.append((mode & 0400 >> bit) == 0 ? '-' : "rwx".charAt(bit % 3));
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  @Override
  public void time(long mtime) throws IOException {
    FileTime time = FileTime.from(FileAttributes.settable(mtime), TimeUnit.NANOSECONDS);
    folder.getFileAttributeView(BasicFileAttributeView.class).setTimes(time, time, null);
  }

  @Override
  public FileChannel open(byte[] name, boolean writes) throws IOException {
    Path child = FileNames.path(name);
    // A fifo would be waited for.
    if (!view(child).readAttributes().isRegularFile()) {
      throw new NotOursException(name);
    }
    Set<OpenOption> options =
        writes
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
            : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    return (FileChannel) folder.newByteChannel(child, options);
  }

  @Override
  public FileChannel create(byte[] name, int mode) throws IOException {
    Path child = FileNames.path(name);
    FileChannel file =
        (FileChannel)
            folder.newByteChannel(
                child,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
    try {
      folder
          .getFileAttributeView(child, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(permissions(mode));
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (folder) {
      closeListing();
    }
  }
}
