package dev.stepcache.disk;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FileAttributes;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.AccessTime;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Made as any POSIX system's JDK can. */
public final class PlainFiles implements NewFiles {
  private final Path root;
  private final FreeSpace space;

  PlainFiles(Path root, FreeSpace space) {
    this.root = root;
    this.space = space;
  }

  @Override
  public FileIdentity file(EntryName name, ContentSource content, long size, int mode, long mtime)
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
    FileAttributes.times(path, AccessTime.UNREAD, mtime);
    FileAttributes.mode(path, mode);
    return FileIdentity.of(Stat.ofPresent(path));
  }

  @Override
  public FileIdentity symlink(EntryName name, String target, long mtime) throws IOException {
    Path path = name.under(root);
    Symlinks.make(path, target);
    FileAttributes.times(path, AccessTime.UNREAD, mtime);
    return FileIdentity.of(Stat.ofPresent(path));
  }

  @Override
  public Optional<FileIdentity> hardLink(EntryName name, EntryName existing) throws IOException {
    Path first = existing.under(root);
    Optional<Stat> stat = Stat.of(first).filter(found -> !found.isFolder());
    if (stat.isPresent()) {
      Files.createLink(name.under(root), first);
    }
    return stat.map(FileIdentity::of);
  }

  @Override
  public void remove(EntryName name) throws IOException {
    Deletion.of(name.under(root));
  }

  @Override
  public void folder(EntryName name) throws IOException {
    space.entry(1);
    Path path = name.under(root);
    Files.createDirectory(path);
    int present = Stat.ofPresent(path).permissions();
    if ((present & OwnFolder.STAGING_MODE) != OwnFolder.STAGING_MODE) {
      FileAttributes.mode(path, present | OwnFolder.STAGING_MODE);
    }
  }

  /** The JDK knows single files only. */
  @Override
  public void flush() {}

  @Override
  public void close() {}
}
