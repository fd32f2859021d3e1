package dev.stepcache.key;

import dev.stepcache.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Something besides lock files that decides what a cache holds, as users write it: a string such as
 * a tool's version; {@code @path} for a file's content; {@code @@text} for a string that begins
 * with {@code @}.
 */
public record KeyExtra(String text) {
  private static final String FILE = "@";

  public KeyExtra {
    if (text.equals(FILE)) {
      throw new IllegalArgumentException("'@' names no file: write such as @.tool-versions");
    }
  }

  /**
   * What goes into the key (docs/format.md, the key).
   *
   * @param workingDirectory what a path is relative to
   * @throws IOException that says what is wrong with a file
   */
  String value(Path workingDirectory, Iterable<Path> neverWalked) throws IOException {
    if (!text.startsWith(FILE)) {
      return text;
    }
    String rest = text.substring(FILE.length());
    if (rest.startsWith(FILE)) {
      return rest;
    }
    Path path;
    try {
      path = workingDirectory.resolve(rest).normalize();
    } catch (InvalidPathException e) {
      throw new IOException("'" + Printable.name(text) + "' is no path", e);
    }
    for (Path folder : neverWalked) {
      if (path.startsWith(folder)) {
        throw new IOException(
            "'" + Printable.name(text) + "' lies in the cache path, which differs from run to run");
      }
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          "'" + Printable.name(text) + "': there is no file " + Printable.name(path.toString()));
    }
    try {
      return FILE + rest + '\0' + new KeyDigest().file(rest, path).sha256();
    } catch (IOException e) {
      throw new IOException(
          "'"
              + Printable.name(text)
              + "' cannot be read: "
              + Printable.name(String.valueOf(e.getMessage())),
          e);
    }
  }
}
