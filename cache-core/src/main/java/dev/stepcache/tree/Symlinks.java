package dev.stepcache.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes symlinks with exactly the target that was saved. */
final class Symlinks {
  /** PATH_MAX of Linux, without the NUL. */
  private static final int LONGEST = 4095;

  private Symlinks() {}

  static void make(Path link, String target) throws IOException {
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    boolean whole = new String(bytes, StandardCharsets.UTF_8).equals(target);
    if (target.isEmpty() || bytes.length > LONGEST || target.indexOf('\0') >= 0 || !whole) {
      throw new RefusedEntryException("a link's target is empty, too long or no text");
    }
    Files.createSymbolicLink(link, FileNames.path(target));
  }
}
