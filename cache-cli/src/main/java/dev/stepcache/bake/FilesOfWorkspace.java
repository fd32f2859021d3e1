package dev.stepcache.bake;

import dev.stepcache.archive.TarHeader;
import dev.stepcache.disk.ContentSource;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A file or folder of the workspace that goes into an image. No link is followed. */
final class FilesOfWorkspace {
  private final Path directory;
  private final FilePart part;
  private final FilePart.OfWorkspace source;

  /**
   * @param directory the working directory
   */
  FilesOfWorkspace(Path directory, FilePart part, FilePart.OfWorkspace source) {
    this.directory = directory;
    this.part = part;
    this.source = source;
  }

  /**
   * Looks whether it can be copied.
   *
   * @throws BakeException where it is not there, or is something else than was meant
   */
  void check() throws IOException {
    Path at = directory;
    for (Path component : FileNames.path(source.path())) {
      at = at.resolve(component);
      if (Files.isSymbolicLink(at)) {
        throw new BakeException(
            at
                + " is a symlink to "
                + Files.readSymbolicLink(at)
                + ": name the path that it leads to");
      }
    }
    if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
      throw new BakeException(at + " is not there");
    }
    boolean isFolder = Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS);
    if (isFolder != part.isFolder()) {
      throw new BakeException(
          isFolder
              ? at + " is a folder: write " + source + "/ to copy it with all in it"
              : at + " is no folder: leave out the slash behind it");
    }
    if (!isFolder && !Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
      throw new BakeException(at + " is no regular file");
    }
  }

  /** Writes it into a layer, in the order of the names. */
  void write(LayerTar tar) throws IOException {
    Path root = directory.resolve(FileNames.path(source.path()));
    if (!part.isFolder()) {
      file(tar, root, part.destination().name());
      return;
    }
    tar.folder(part.destination().name(), 0755, TarHeader.MTIME);
    below(tar, root, part.destination());
  }

  private static void below(LayerTar tar, Path folder, InnerPath there) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        names.add(
            FileNames.text(child.getFileName())
                .orElseThrow(() ->
                    new BakeException(FileNames.shown(child) + " has a name that is not UTF-8")));
      }
    }
    names.sort(EntryName::compare);
    for (String name : names) {
      Path child = folder.resolve(FileNames.path(name));
      InnerPath to = there.resolve(name);
      if (Files.isSymbolicLink(child)) {
        tar.symlink(to.name(), Files.readSymbolicLink(child).toString(), TarHeader.MTIME);
      } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        tar.folder(to.name(), 0755, TarHeader.MTIME);
        below(tar, child, to);
      } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
        file(tar, child, to.name());
      }
    }
  }

  private static void file(LayerTar tar, Path file, String name) throws IOException {
    boolean executable =
        Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    long size = Files.size(file);
    try (InputStream in = Files.newInputStream(file)) {
      tar.file(name, LayerTar.mode(executable), size, TarHeader.MTIME, ContentSource.of(in));
      if (in.read() >= 0) {
        throw new BakeException(file + " grew while it was read");
      }
    }
  }
}
