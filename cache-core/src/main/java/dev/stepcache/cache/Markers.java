package dev.stepcache.cache;

import dev.stepcache.disk.MarkerFiles;
import dev.stepcache.disk.RealPath;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.tree.MarkerFile;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Leaves marker files in cache paths, on a hit and on a miss alike, so that a build with a cache
 * sees what one without would: a cache path in a Go module would else be a part of that module as
 * soon as it holds a package, and one in a checkout would make git call it changed.
 */
public final class Markers {
  private static final int MODE = 0644;

  /** What {@code ./...} does not match (go help packages). */
  private static final Set<String> NEVER_PACKAGES = Set.of("testdata", "vendor");

  private static final int HEX = 256;

  /** A marker is written in no time. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private Markers() {}

  /**
   * Leaves what is needed in each cache path; makes a cache path that is not there yet, open to all
   * users. A file that has a marker's name stays as it is.
   *
   * @param goIsNear whether the build uses Go, as far as its key or preset tells
   * @param ownFolder whether the cache path is a preset's own, in which nothing else lies
   * @param listener is told of each file that was not there before
   */
  public static void leave(
      CacheFolders folders,
      boolean goIsNear,
      boolean ownFolder,
      BiConsumer<MarkerFile, Path> listener)
      throws IOException {
    for (Path cachePath : folders.paths()) {
      Set<MarkerFile> markers = EnumSet.noneOf(MarkerFile.class);
      if (isInGoModule(cachePath) && (goIsNear || holdsGoCache(cachePath))) {
        markers.add(MarkerFile.GO_MODULE);
      }
      if (ownFolder && isInCheckout(cachePath)) {
        markers.add(MarkerFile.GIT_IGNORE);
      }
      for (MarkerFile marker : markers) {
        if (leaveOne(cachePath, marker)) {
          listener.accept(marker, cachePath.resolve(marker.file()));
        }
      }
    }
  }

  /** Whether a cache path holds nothing but what cache-fetch left there before the build. */
  public static boolean isAllThereIs(Path cachePath) throws IOException {
    boolean marked = false;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(cachePath)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        if (MarkerFiles.isOne(cachePath, name)) {
          marked = true;
        } else if (!name.equals(OwnFolder.NAME) && !name.startsWith(OwnFolder.PARTIAL_PREFIX)) {
          return false;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return marked;
  }

  /** Whether it was not there before; half of it, by that name, would be taken for a user's own. */
  private static boolean leaveOne(Path cachePath, MarkerFile marker) throws IOException {
    if (Files.exists(cachePath.resolve(marker.file()), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    CacheFolders.make(cachePath);
    Path real = cachePath.toRealPath();
    removeAbandoned(real);
    // A name of its own: another step may be doing the same.
    String partial = OwnFolder.newPartialName();
    try (OpenFolder folder = OpenFolder.of(real)) {
      byte[] name = partial.getBytes(StandardCharsets.UTF_8);
      write(folder, name, marker);
      try {
        return isNamed(real.resolve(partial), real.resolve(marker.file()));
      } finally {
        folder.remove(name);
      }
    } catch (FileAlreadyExistsException e) {
      // Somebody else's, which is as good, or a user's own.
      return false;
    }
  }

  /** Removes what steps that were killed left half written, as far as it is this user's to do. */
  private static void removeAbandoned(Path cachePath) {
    Instant before = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> partial =
        Files.newDirectoryStream(cachePath, OwnFolder.PARTIAL_PREFIX + "*")) {
      for (Path file : partial) {
        if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It is in nobody's way.
    }
  }

  private static void write(OpenFolder folder, byte[] name, MarkerFile marker) throws IOException {
    try (FileChannel file = folder.create(name, MODE)) {
      ByteBuffer content = ByteBuffer.wrap(marker.content());
      while (content.hasRemaining()) {
        file.write(content);
      }
    }
  }

  /** Gives a whole file its name, unless something has it. */
  private static boolean isNamed(Path whole, Path name) throws IOException {
    try {
      Files.createLink(name, whole);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Not all file systems have hard links, nor policies allow them.
      Files.copy(whole, name, StandardCopyOption.COPY_ATTRIBUTES);
      return true;
    }
  }

  /** Whether {@code ./...} of a module above would lead into a cache path. */
  private static boolean isInGoModule(Path cachePath) {
    for (Path below = RealPath.of(cachePath);
        below.getParent() != null;
        below = below.getParent()) {
      String name = String.valueOf(below.getFileName());
      if (name.startsWith(".") || name.startsWith("_") || NEVER_PACKAGES.contains(name)) {
        return false;
      }
      if (Files.isRegularFile(below.resolveSibling("go.mod"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInCheckout(Path cachePath) {
    for (Path above = RealPath.of(cachePath).getParent();
        above != null;
        above = above.getParent()) {
      // A file in a worktree or submodule.
      if (Files.exists(above.resolve(".git"))) {
        return true;
      }
    }
    return false;
  }

  /** A module cache ({@code cache/download}) or a build cache ({@code 00} to {@code ff}). */
  private static boolean holdsGoCache(Path cachePath) {
    if (isGoCache(cachePath)) {
      return true;
    }
    try (var children = Files.newDirectoryStream(cachePath, Files::isDirectory)) {
      int seen = 0;
      for (Path child : children) {
        if (isGoCache(child)) {
          return true;
        }
        if (++seen > HEX) {
          return false;
        }
      }
    } catch (IOException e) {
      // Nothing there, or nothing that may be read.
    }
    return false;
  }

  private static boolean isGoCache(Path folder) {
    return Files.isDirectory(folder.resolve("cache/download"))
        || (Files.isDirectory(folder.resolve("00")) && Files.isDirectory(folder.resolve("ff")));
  }
}
