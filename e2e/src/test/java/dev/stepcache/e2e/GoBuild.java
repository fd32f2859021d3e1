package dev.stepcache.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What Go's tools leave in GOMODCACHE and GOCACHE, and what they do not but others do. */
final class GoBuild {
  private static final Instant LONG_AGO = Instant.parse("2019-03-01T12:00:00.000000007Z");

  private final Path cachePath;
  private final Random random = new Random(42);

  private GoBuild(Path cachePath) {
    this.cachePath = cachePath;
  }

  /** Fills the cache path: some hundred files, one of them over 100 MB. */
  static void fill(Path cachePath) throws IOException {
    GoBuild build = new GoBuild(cachePath);
    for (int i = 0; i < 40; i++) {
      build.module("mod/example.com/dep" + i + "@v1.2." + i);
    }
    for (int i = 0; i < 300; i++) {
      build.bytes("cache/%02x/%064x-d".formatted(i % 256, i), 500 + build.random.nextInt(40_000));
    }
    build.largeFile("mod/golang.org/toolchain@v0.0.1-go1.24.0.linux-amd64/pkg/tool/compile");
    build.oddities();
    build.setModesAndTimes();
  }

  /** Fills the cache path with many files, some of which compress. */
  static void fill(Path cachePath, int files, int bytesOfEach) throws IOException {
    GoBuild build = new GoBuild(cachePath);
    for (int i = 0; i < files; i++) {
      build.bytes("cache/%02x/%064x-d".formatted(i % 256, i), bytesOfEach);
    }
  }

  private void module(String folder) throws IOException {
    text(folder + "/go.mod", "module " + folder + "\n");
    text(folder + "/doc.go", "// Package dep.\npackage dep\n".repeat(200));
    text(folder + "/internal/x/x.go", "package x\n");
    Files.createSymbolicLink(cachePath.resolve(folder + "/LICENSE"), Path.of("internal/x/x.go"));
  }

  private void largeFile(String name) throws IOException {
    Path file = place(name);
    byte[] block = new byte[1 << 20];
    try (SeekableByteChannel out =
        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 110; i++) {
        random.nextBytes(block);
        // Every other megabyte is a hole.
        out.position((i * 2L) << 20).write(ByteBuffer.wrap(block));
      }
    }
  }

  private void oddities() throws IOException {
    text("golangci-cache/naïve – 日本.txt", "beyond ASCII");
    text("golangci-cache/.wh.config", "a name that layers take for a deletion");
    text("golangci-cache/" + "long-".repeat(45) + "name", "longer than a tar header");
    text("golangci-cache/empty", "");
    Files.createDirectories(cachePath.resolve("golangci-cache/empty-folder"));
    Files.createSymbolicLink(cachePath.resolve("golangci-cache/dangling"), Path.of("/no/where"));
    Files.createLink(
        cachePath.resolve("golangci-cache/same"), cachePath.resolve("golangci-cache/.wh.config"));
  }

  private void setModesAndTimes() throws IOException {
    Path modules = cachePath.resolve("mod");
    List<Path> deepestFirst;
    try (Stream<Path> walk = Files.walk(cachePath)) {
      deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
    }
    Instant time = LONG_AGO;
    for (Path path : deepestFirst) {
      time = time.plusNanos(3_600_000_000_123L);
      if (path.startsWith(modules) && !Files.isSymbolicLink(path) && !path.equals(modules)) {
        boolean runs = Files.isDirectory(path) || path.endsWith("compile");
        String mode = runs ? "r-xr-xr-x" : "r--r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      }
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(FileTime.from(time), null, null);
    }
  }

  private void bytes(String name, int length) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    // A third compresses, as objects do.
    Arrays.fill(bytes, 0, length / 3, (byte) 'x');
    Files.write(place(name), bytes);
  }

  private void text(String name, String text) throws IOException {
    Files.write(place(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private Path place(String name) {
    try {
      Path file = cachePath.resolve(name);
      Files.createDirectories(file.getParent());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
