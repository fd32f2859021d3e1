package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** Made as any POSIX system's JDK can. */
final class PlainFiles implements NewFiles {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path root;
  private final FreeSpace space;

  PlainFiles(Path root, FreeSpace space) {
    this.root = root;
    this.space = space;
  }

  @Override
  public Made file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException {
    Path path = name.under(root);
    space.entry(0);
    try {
      FileContent.write(path, content, size, space);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
    // The time first: a mode may forbid to open it.
    Changes.time(path, mtime);
    Changes.mode(path, mode);
    return Made.of(Stat.ofPresent(path));
  }

  @Override
  public void folder(EntryName name) throws IOException {
    space.entry(1);
    Files.createDirectory(name.under(root), PRIVATE);
  }

  @Override
  public int folder(EntryName name, OptionalLong mtime, IntUnaryOperator mode) throws IOException {
    Path path = name.under(root);
    int present = Stat.ofPresent(path).permissions();
    if (mtime.isPresent()) {
      Changes.time(path, mtime.getAsLong());
    }
    Changes.mode(path, mode.applyAsInt(present));
    return Stat.ofPresent(path).permissions();
  }

  /** The JDK knows single files only. */
  @Override
  public void flush() {}

  @Override
  public void close() {}
}
