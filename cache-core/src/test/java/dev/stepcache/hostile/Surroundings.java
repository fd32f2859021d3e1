package dev.stepcache.hostile;

import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A cache path, and beside it a folder that nothing may touch. */
final class Surroundings {
  /** What lies in the cache path before. */
  enum Start {
    ABSENT,
    EMPTY,
    POPULATED
  }

  final Path outside;
  final Path cache;
  private final SortedMap<String, String> untouched;
  private final SortedMap<String, TreeSnapshot.Entry> before;

  private Surroundings(Path outside, Path cache) throws IOException {
    this.outside = outside;
    this.cache = cache;
    this.before = seen();
    this.untouched = statuses();
  }

  /** The folder that archives try to reach, of the places below a root. */
  static Path outside(Path root) {
    return root.resolve("outside");
  }

  static void make(Path root) throws IOException {
    Path outside = Files.createDirectories(outside(root));
    Files.writeString(outside.resolve("file"), "untouched");
    Files.createDirectories(outside.resolve("folder"));
    Files.writeString(outside.resolve("folder/file"), "untouched");
    Files.createSymbolicLink(outside.resolve("link"), Path.of("file"));
    for (String name : new String[] {"file", "folder/file"}) {
      Files.setPosixFilePermissions(
          outside.resolve(name), PosixFilePermissions.fromString("rw-r-----"));
      FileTime time = FileTime.fromMillis(1_500_000_000_000L);
      // Read later than written, so that no reading on the way moves it.
      Files.getFileAttributeView(outside.resolve(name), BasicFileAttributeView.class)
          .setTimes(time, FileTime.fromMillis(System.currentTimeMillis()), null);
    }
  }

  static Surroundings of(Path root, String place, Start start) throws IOException {
    Path cache = root.resolve(place).resolve("cache");
    Files.createDirectories(cache.getParent());
    switch (start) {
      case ABSENT -> {}
      case EMPTY -> Files.createDirectories(cache);
      case POPULATED -> populate(cache, outside(root));
    }
    return new Surroundings(outside(root), cache);
  }

  private static void populate(Path cache, Path outside) throws IOException {
    Files.createDirectories(cache.resolve("d/e"));
    Files.createDirectories(cache.resolve("a"));
    Files.createDirectories(cache.resolve("keep"));
    for (String name : new String[] {"f", "d/old", "d/e/old", "a/x", "keep/me", "k"}) {
      Files.writeString(cache.resolve(name), "old " + name);
    }
    Files.createSymbolicLink(cache.resolve("l"), outside);
    Files.createSymbolicLink(cache.resolve("n"), outside);
    Files.createSymbolicLink(cache.resolve("s"), outside.resolve("file"));
    Files.createSymbolicLink(cache.resolve("keep/link"), outside);
    Files.createLink(cache.resolve("keep/too"), cache.resolve("keep/me"));
  }

  private SortedMap<String, TreeSnapshot.Entry> seen() throws IOException {
    return Files.exists(cache) ? TreeSnapshot.of(cache) : new TreeMap<>();
  }

  /** What is wrong after an archive was refused; empty for nothing. */
  String afterRefusal(Start start) throws IOException {
    StringBuilder problems = new StringBuilder(outside());
    if (start == Start.ABSENT && Files.exists(cache, LinkOption.NOFOLLOW_LINKS)) {
      problems.append("the cache path was made; ");
    }
    if (!seen().equals(before)) {
      problems.append("the cache path is not as before: ").append(seen()).append("; ");
    }
    if (Files.exists(cache.resolve(".stepcache"))) {
      problems.append("left: ").append(names(cache.resolve(".stepcache"))).append("; ");
    }
    return problems.toString();
  }

  /** What is wrong after a restore; empty for nothing. */
  String afterRestore(Expected expected, boolean attributes) throws IOException {
    String left =
        names(cache.resolve(".stepcache"))
            .replaceAll("base|index|lock|uses|watermark|[\\[, \\]]", "");
    return outside()
        + expected.over(before).difference(seen(), attributes)
        + (left.isEmpty() ? "" : "left: " + left);
  }

  String outside() throws IOException {
    SortedMap<String, String> now = statuses();
    return now.equals(untouched) ? "" : "OUTSIDE: " + untouched + " became " + now + "; ";
  }

  private static String names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList().toString();
    }
  }

  /** The ctime changes with content, mode, times and links; so nothing need be read. */
  private SortedMap<String, String> statuses() throws IOException {
    SortedMap<String, String> statuses = new TreeMap<>();
    Path root = outside.getParent();
    try (Stream<Path> walk = Files.walk(outside)) {
      for (Path path : walk.toList()) {
        Map<String, Object> read =
            new TreeMap<>(
                Files.readAttributes(
                    path,
                    "unix:mode,uid,gid,nlink,size,ino,ctime,lastModifiedTime,lastAccessTime",
                    LinkOption.NOFOLLOW_LINKS));
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          read.remove("lastAccessTime");
        }
        statuses.put(path.toString(), read.toString());
      }
    }
    statuses.put(root.toString(), names(root));
    statuses.put(
        cache.getParent().toString(), names(cache.getParent()).replaceAll("\\[cache\\]", "[]"));
    return statuses;
  }
}
