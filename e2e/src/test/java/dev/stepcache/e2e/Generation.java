package dev.stepcache.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Trees that can be told apart and never be taken for whole when they are mixed: each file of a
 * generation has the same name in all, and says its generation.
 */
final class Generation {
  private static final int FOLDERS = 40;
  private static final Instant BEGIN = Instant.parse("2020-02-02T02:02:02.000000002Z");

  private Generation() {}

  /** Fills a folder, whose content is replaced. */
  static void fill(Path folder, String generation, int files) throws IOException {
    empty(folder);
    for (int i = 0; i < files; i++) {
      Path file = folder.resolve("cache/%02d/%06d-d".formatted(i % FOLDERS, i));
      if (i < FOLDERS) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, (generation + " " + i + "\n").repeat(i % 200));
    }
    Files.writeString(folder.resolve("only-" + generation), generation);
    Files.createSymbolicLink(folder.resolve("link"), Path.of("only-" + generation));
    setTimes(folder);
  }

  /** Removes what a folder holds; the folder stays, since it may be a mount point. */
  static void empty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(folder)) {
          Files.delete(path);
        }
      }
    }
  }

  private static void setTimes(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> walk = Files.walk(folder)) {
      deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(FileTime.from(BEGIN), null, null);
    }
  }
}
