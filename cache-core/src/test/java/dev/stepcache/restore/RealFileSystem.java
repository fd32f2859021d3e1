package dev.stepcache.restore;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small file system of its own, mounted; only root can have one. */
public final class RealFileSystem implements AutoCloseable {
  private final Path mount;

  private RealFileSystem(Path mount) {
    this.mount = mount;
  }

  /** One in memory, with a size and number of inodes. */
  public static Optional<RealFileSystem> inMemory(Path mount, String options) throws IOException {
    Files.createDirectories(mount);
    return mounted(mount, "mount", "-t", "tmpfs", "-o", options, "tmpfs", mount.toString());
  }

  /** An ext4 in a file beside the mount point, of so many MiB and inodes. */
  public static Optional<RealFileSystem> ext4(Path mount, int mebibytes, int inodes)
      throws IOException {
    Files.createDirectories(mount);
    Path image = mount.resolveSibling(mount.getFileName() + ".ext4");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) mebibytes << 20);
    }
    if (!run("mkfs.ext4", "-q", "-m", "0", "-N", Integer.toString(inodes), image.toString())) {
      return Optional.empty();
    }
    return mounted(mount, "mount", "-o", "loop", image.toString(), mount.toString());
  }

  /** An XFS in a file beside the mount point; none is smaller than 300 MiB. */
  public static Optional<RealFileSystem> xfs(Path mount) throws IOException {
    Files.createDirectories(mount);
    Path image = mount.resolveSibling(mount.getFileName() + ".xfs");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(310L << 20);
    }
    if (!run("mkfs.xfs", "-q", image.toString())) {
      return Optional.empty();
    }
    return mounted(mount, "mount", "-o", "loop", image.toString(), mount.toString());
  }

  /** An overlay whose upper layer lies in a folder, or a file system, of its own. */
  public static Optional<RealFileSystem> overlay(Path mount, Path upper) throws IOException {
    Files.createDirectories(mount);
    String options =
        "lowerdir="
            + Files.createDirectories(mount.resolveSibling(mount.getFileName() + ".lower"))
            + ",upperdir="
            + Files.createDirectories(upper.resolve("upper"))
            + ",workdir="
            + Files.createDirectories(upper.resolve("work"));
    return mounted(mount, "mount", "-t", "overlay", "-o", options, "overlay", mount.toString());
  }

  /** A folder, or a file, that is seen at another place as well. */
  public static Optional<RealFileSystem> bound(Path mount, Path place) throws IOException {
    return mounted(mount, "mount", "--bind", place.toString(), mount.toString());
  }

  private static Optional<RealFileSystem> mounted(Path mount, String... command)
      throws IOException {
    return run(command) ? Optional.of(new RealFileSystem(mount)) : Optional.empty();
  }

  public void remount(String options) throws IOException {
    if (!run("mount", "-o", "remount," + options, mount.toString())) {
      throw new IOException("cannot be mounted again: " + mount);
    }
  }

  public Path mount() {
    return mount;
  }

  @Override
  public void close() throws IOException {
    if (!run("umount", mount.toString())) {
      throw new IOException("still in use: " + mount);
    }
  }

  private static boolean run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = process.waitFor() == 0;
      if (!done) {
        System.err.println(String.join(" ", command) + ": " + said);
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
