package dev.stepcache.step;

import java.nio.file.Path;

/**
 * A line of mountinfo (proc(5)).
 *
 * @param device the file system's number
 * @param root the folder of the file system that is seen
 * @param point where it is seen
 */
record Mount(String device, Path root, Path point) {
  static Mount of(String line) {
    String[] fields = line.split(" ", 6);
    return new Mount(fields[2], Path.of(unescaped(fields[3])), Path.of(unescaped(fields[4])));
  }

  /** Where on the file system a path lies that is seen here. */
  Path place(Path seen) {
    return Path.of("/" + device)
        .resolve(Path.of("/").relativize(root))
        .resolve(point.relativize(seen))
        .normalize();
  }

  /** Blanks and backslashes stand as octal numbers. */
  private static String unescaped(String field) {
    StringBuilder path = new StringBuilder();
    for (int at = 0; at < field.length(); at++) {
      char c = field.charAt(at);
      if (c == '\\' && at + 3 < field.length()) {
        path.append((char) Integer.parseInt(field.substring(at + 1, at + 4), 8));
        at += 3;
      } else {
        path.append(c);
      }
    }
    return path.toString();
  }
}
