package dev.stepcache.cache;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tree with what package managers leave in their caches, and a store to save it to. */
public abstract class OddTree {
  public @TempDir Path folder;
  public Path tree;
  public Path restored;
  public Bench bench;

  @BeforeEach
  void makeATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("tree"));
    restored = folder.resolve("parent/restored");
    bench = Bench.layout(folder.resolve("store"));
  }

  final void write(String name, String content) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  final void fill() throws IOException {
    write("mod/x@v1/go.mod", "module x\n");
    write("mod/x@v1/run", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        tree.resolve("mod/x@v1/run"), PosixFilePermissions.fromString("rwxr-x--x"));
    write("mod/.wh.odd/.wh.file", "odd");
    write("é\n\u001b[31m/ä", "utf-8");
    Files.createDirectories(tree.resolve("empty/deep"));
    Files.createLink(tree.resolve("again"), tree.resolve("mod/x@v1/run"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("/nowhere/at/all"));
    Files.createSymbolicLink(tree.resolve("inside"), Path.of("mod"));
    byte[] large = new byte[20 << 20];
    new Random(1).nextBytes(large);
    Files.write(tree.resolve("large"), large);
    try (RandomAccessFile sparse = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(40 << 20);
      sparse.seek(30 << 20);
      sparse.writeBytes("in the middle");
    }
    long second = 0;
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Instant time = Instant.ofEpochSecond(second, 123_456_789);
        second += 500_000_000;
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setTimes(FileTime.from(time), null, null);
      }
    }
    Files.setPosixFilePermissions(
        tree.resolve("mod/x@v1"), PosixFilePermissions.fromString("r-xr-xr-x"));
  }
}
