package dev.stepcache.restore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that can be seen of a tree, to be compared: by name, all below a folder but {@code
 * .stepcache} at its root. Read without the code that is tested.
 */
public final class TreeSnapshot {
  private TreeSnapshot() {}

  /**
   * One entry.
   *
   * @param kind file, folder, symlink or special
   * @param content SHA-256 of a file's bytes, or a link's target
   * @param group the first name of the hard-link group within the tree; the name itself without one
   */
  public record Entry(String kind, String content, String mode, FileTime mtime, String group) {
    /** The same without mode. */
    public Entry anyMode() {
      return new Entry(kind, content, "", mtime, group);
    }

    public Entry withMode(int other) {
      return new Entry(kind, content, Integer.toOctalString(other), mtime, group);
    }

    /** The same without time. */
    public Entry anyTime() {
      return new Entry(kind, content, mode, FileTime.fromMillis(0), group);
    }
  }

  public static SortedMap<String, Entry> of(Path root) throws IOException {
    SortedMap<String, Entry> snapshot = new TreeMap<>();
    Map<Object, String> groups = new HashMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.sorted()
          .filter(path -> !path.equals(root) && !path.startsWith(root.resolve(".stepcache")))
          .forEach(path -> {
            String name = root.relativize(path).toString();
            snapshot.put(name, entry(path, name, groups));
          });
    }
    return snapshot;
  }

  private static Entry entry(Path path, String name, Map<Object, String> groups) {
    try {
      Map<String, Object> read = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
      int mode = (int) read.get("mode");
      boolean file = (boolean) read.get("isRegularFile");
      boolean link = (boolean) read.get("isSymbolicLink");
      boolean folder = (boolean) read.get("isDirectory");
      String content = file ? digest(path) : link ? Files.readSymbolicLink(path).toString() : "";
      return new Entry(
          file ? "file" : link ? "symlink" : folder ? "folder" : "special",
          content,
          Integer.toOctalString(mode & 07777),
          (FileTime) read.get("lastModifiedTime"),
          folder ? name : groups.computeIfAbsent(read.get("fileKey"), key -> name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
