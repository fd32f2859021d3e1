package dev.stepcache.folder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Goes from folder to folder below a root, and keeps those open that lead to the last one: so
 * neighbours cost one call each, and no link is followed on the way. For one thread at a time.
 */
public final class FolderCursor implements Closeable {
  private record Level(String name, OpenFolder folder) {}

  private final OpenFolder root;
  private final Deque<Level> levels = new ArrayDeque<>();

  /**
   * @param root is closed with this
   */
  public FolderCursor(OpenFolder root) {
    this.root = root;
  }

  /** The folder that all are looked up below; open as long as whoever opened it says. */
  public OpenFolder root() {
    return root;
  }

  /**
   * Opens a folder, which stays open until the next one is asked for.
   *
   * @param name "" is the root
   * @throws java.nio.file.NoSuchFileException when it, or what leads there, is not there
   * @throws java.nio.file.NotDirectoryException when it, or what leads there, is no folder
   */
  public OpenFolder folder(String name) throws IOException {
    while (!levels.isEmpty() && !isAt(levels.getLast().name, name)) {
      levels.removeLast().folder.close();
    }
    while (true) {
      String at = levels.isEmpty() ? "" : levels.getLast().name;
      if (at.length() == name.length()) {
        return last();
      }
      int start = at.isEmpty() ? 0 : at.length() + 1;
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      byte[] component = name.substring(start, end).getBytes(StandardCharsets.UTF_8);
      levels.addLast(new Level(name.substring(0, end), last().folder(component)));
    }
  }

  private OpenFolder last() {
    return levels.isEmpty() ? root : levels.getLast().folder;
  }

  private static boolean isAt(String folder, String name) {
    return name.startsWith(folder)
        && (name.length() == folder.length() || name.charAt(folder.length()) == '/');
  }

  /** Lets go of all but the root: what was open may have been removed, and made anew. */
  public void reset() throws IOException {
    while (!levels.isEmpty()) {
      levels.removeLast().folder.close();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      reset();
    } finally {
      root.close();
    }
  }
}
