package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Packs the content of planned layers. */
public final class LayerPacker {
  private static final int BUFFER = 128 << 10;
  private static final int OWNER_EXECUTES = 0100;

  private final Path root;
  private final LongConsumer progress;

  /**
   * @param root the cache path that was scanned
   * @param progress is told how many bytes of files were read, a piece at a time
   */
  public LayerPacker(Path root, LongConsumer progress) {
    this.root = root;
    this.progress = progress;
  }

  /**
   * Packs a layer into {@code out}, which is left open. The same names and contents give the same
   * bytes on any machine.
   *
   * @throws FileChangedException when a file is not what the plan says; nothing written so far is
   *     of use then
   * @throws UnreadableFileException when a file cannot be read
   */
  public PackedLayer pack(LayerPlan plan, OutputStream out) throws IOException {
    Sums sums = new Sums();
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    try (LayerWriter layer = new LayerWriter(out, length(plan))) {
      for (TreeEntry entry : plan.entries()) {
        String name = OurNames.stored(entry.name().value());
        layer.entry(header(entry, name), name);
        if (entry instanceof FileEntry file && file.linkTo().isEmpty()) {
          content(file, layer, sha256, buffer);
          sums.add(sha256.digest());
        }
      }
      return layer.finish(sums);
    }
  }

  private static long length(LayerPlan plan) {
    Set<String> folders = new HashSet<>();
    long length = 0;
    for (TreeEntry entry : plan.entries()) {
      String name = OurNames.stored(entry.name().value());
      length += LayerWriter.length(header(entry, name), name, folders);
    }
    return length;
  }

  private static TarHeader header(TreeEntry entry, String name) {
    return switch (entry) {
      case FileEntry file when file.linkTo().isPresent() ->
          TarHeader.hardLink(
              name, isExecutable(file), OurNames.stored(file.linkTo().get().value()));
      case FileEntry file -> TarHeader.file(name, isExecutable(file), file.size());
      case SymlinkEntry link -> TarHeader.symlink(name, link.target());
      case TreeEntry.FolderEntry folder ->
          throw new IllegalArgumentException("a folder is no entry of a layer: " + folder.name());
    };
  }

  private static boolean isExecutable(FileEntry file) {
    return (file.mode() & OWNER_EXECUTES) != 0;
  }

  private void content(FileEntry file, LayerWriter layer, MessageDigest sha256, byte[] buffer)
      throws IOException {
    Path path = file.name().under(root);
    long missing = file.size();
    try (InputStream in =
        Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (missing > 0) {
        int count = read(in, buffer, (int) Math.min(missing, buffer.length), file.name());
        if (count < 0) {
          throw new FileChangedException(file.name());
        }
        sha256.update(buffer, 0, count);
        layer.write(buffer, 0, count);
        progress.accept(count);
        missing -= count;
      }
      if (read(in, buffer, 1, file.name()) >= 0) {
        throw new FileChangedException(file.name());
      }
    } catch (NoSuchFileException e) {
      throw new FileChangedException(file.name());
    } catch (FileSystemException e) {
      throw new UnreadableFileException(file.name(), e);
    }
    if (!isAsScanned(path, file)) {
      throw new FileChangedException(file.name());
    }
    layer.pad(file.size());
  }

  /** Reading is told apart from writing, which may fail as well. */
  private static int read(InputStream in, byte[] buffer, int length, EntryName name)
      throws UnreadableFileException {
    try {
      return in.read(buffer, 0, length);
    } catch (IOException e) {
      throw new UnreadableFileException(name, e);
    }
  }

  private static boolean isAsScanned(Path path, FileEntry file) throws IOException {
    try {
      return ((FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS))
              .to(TimeUnit.NANOSECONDS)
          == file.ctime();
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
