package dev.stepcache.disk;

import dev.stepcache.tree.FileNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A line of mountinfo (proc(5)). Paths have their bytes as characters.
 *
 * @param parent the id of the mount that it lies in
 * @param device the file system's number
 * @param root the folder of the file system that is seen
 * @param point where it is seen
 */
public record Mount(String id, String parent, String device, String root, String point) {
  /**
   * All that a file lists.
   *
   * @throws RuntimeException where a line is none of mountinfo
   */
  public static List<Mount> in(Path mountinfo) throws IOException {
    return of(Files.readString(mountinfo, StandardCharsets.ISO_8859_1));
  }

  static List<Mount> of(String mountinfo) {
    return mountinfo.lines().map(Mount::line).toList();
  }

  private static Mount line(String line) {
    String[] fields = line.split(" ", 6);
    return new Mount(fields[0], fields[1], fields[2], unescaped(fields[3]), unescaped(fields[4]));
  }

  /** Blanks, backslashes and line ends stand as three octal digits. */
  private static String unescaped(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < field.length(); at++) {
      char c = field.charAt(at);
      if (c == '\\' && at + 3 < field.length()) {
        bytes.write(Integer.parseInt(field.substring(at + 1, at + 4), 8));
        at += 3;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** Where it is seen. */
  public Path folder() {
    return path(point);
  }

  /** Where on the file system a path lies that is seen here, below a name for the file system. */
  Path onDevice(Path seen) {
    return Path.of("/" + device)
        .resolve(Path.of("/").relativize(path(root)))
        .resolve(folder().relativize(seen))
        .normalize();
  }

  private static Path path(String bytes) {
    return FileNames.path(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }
}
