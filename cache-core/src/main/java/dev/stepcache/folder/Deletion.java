package dev.stepcache.folder;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Removes trees, of any depth, also below folders without permission. Goes from open folder to open
 * folder, and follows no link, though others put some where it is at work: what is below a folder
 * that was moved away is left alone. Holds two folders open, however deep a tree is.
 */
public final class Deletion {
  private final OpenFolder top;
  private final List<Level> levels = new ArrayList<>();
  private Optional<IOException> failure = Optional.empty();

  private Deletion(OpenFolder top) {
    this.top = top;
  }

  /** A folder on the way to the one that is being emptied. */
  private static final class Level {
    /** In the folder above. */
    final byte[] name;

    final Stat identity;

    /** Folders in it that were not empty. */
    final Deque<byte[]> full = new ArrayDeque<>();

    /** What could not be removed. */
    final Set<String> left = new HashSet<>();

    Level(byte[] name, Stat identity) {
      this.name = name;
      this.identity = identity;
    }
  }

  /** Removes a name with all below it; nothing there is no error. */
  public static void of(Path path) throws IOException {
    try (OpenFolder parent = OpenFolder.of(Objects.requireNonNull(path.getParent()))) {
      of(parent, FileNames.bytes(Objects.requireNonNull(path.getFileName())));
    } catch (NoSuchFileException e) {
      // Nothing is there.
    }
  }

  /**
   * The same in an open folder.
   *
   * @throws IOException the first failure, after all was removed that could be
   */
  public static void of(OpenFolder parent, byte[] name) throws IOException {
    if (!removed(parent, name)) {
      try (OpenFolder folder = parent.folder(name)) {
        empty(folder);
      } catch (NoSuchFileException e) {
        return;
      }
      parent.removeFolder(name);
    }
  }

  /** The same of a text. */
  public static void of(OpenFolder parent, String name) throws IOException {
    of(parent, name.getBytes(StandardCharsets.UTF_8));
  }

  /** Removes as much as can be removed; false if something is left. */
  public static boolean quietly(OpenFolder parent, String name) {
    try {
      of(parent, name);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Deletes all that lies in a folder, and leaves the folder. */
  public static void ofChildren(Path folder) throws IOException {
    try (OpenFolder open = OpenFolder.of(folder)) {
      empty(open);
    }
  }

  /** The folder's content, listed before anything in it is changed. */
  public static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (OpenFolder open = OpenFolder.of(folder)) {
      for (List<byte[]> some = open.names(); !some.isEmpty(); some = open.names()) {
        some.forEach(name -> children.add(folder.resolve(FileNames.path(name))));
      }
    }
    return children;
  }

  private static void empty(OpenFolder folder) throws IOException {
    Deletion deletion = new Deletion(folder);
    deletion.run();
    if (deletion.failure.isPresent()) {
      throw deletion.failure.get();
    }
  }

  private void run() throws IOException {
    OpenFolder at = top;
    levels.add(new Level(new byte[0], top.openToOwner()));
    try {
      while (true) {
        Level level = levels.getLast();
        byte[] full = nextFull(at, level);
        if (full.length > 0) {
          Optional<OpenFolder> below = below(at, full, level);
          if (below.isPresent()) {
            OpenFolder above = at;
            at = below.get();
            close(above);
            levels.add(new Level(full, at.openToOwner()));
          }
        } else if (levels.size() == 1) {
          return;
        } else {
          OpenFolder emptied = at;
          at = above(emptied);
          close(emptied);
          levels.removeLast();
          tryTo(at, level.name, levels.getLast(), OpenFolder::removeFolder);
        }
      }
    } finally {
      close(at);
    }
  }

  private void close(OpenFolder folder) throws IOException {
    if (folder != top) {
      folder.close();
    }
  }

  private Optional<OpenFolder> below(OpenFolder at, byte[] name, Level level) {
    try {
      return Optional.of(at.folder(name));
    } catch (NoSuchFileException e) {
      // Somebody else removed it.
    } catch (IOException e) {
      leave(level, name, e);
    }
    return Optional.empty();
  }

  /** The folder that was come from, unless what was emptied has been moved since. */
  private OpenFolder above(OpenFolder emptied) throws IOException {
    Stat came = levels.get(levels.size() - 2).identity;
    OpenFolder above = levels.size() == 2 ? top : emptied.parent();
    Stat is = above.stat();
    if (is.inode() != came.inode() || is.device() != came.device()) {
      close(above);
      throw new IOException("a folder was moved while it was being removed");
    }
    return above;
  }

  /** Removes what can be, until a folder that is full is met; empty when there is none. */
  private byte[] nextFull(OpenFolder at, Level level) throws IOException {
    while (level.full.isEmpty()) {
      boolean any = false;
      at.rewind();
      for (List<byte[]> some = at.names(); !some.isEmpty(); some = at.names()) {
        for (byte[] name : some) {
          if (!level.left.contains(key(name))) {
            any = true;
            remove(at, name, level);
          }
        }
        if (!level.full.isEmpty()) {
          break;
        }
      }
      if (!any) {
        return new byte[0];
      }
    }
    return level.full.removeFirst();
  }

  private void remove(OpenFolder at, byte[] name, Level level) {
    try {
      if (!removed(at, name)) {
        level.full.addLast(name);
      }
    } catch (IOException e) {
      leave(level, name, e);
    }
  }

  private interface Step {
    void on(OpenFolder folder, byte[] name) throws IOException;
  }

  private void tryTo(OpenFolder at, byte[] name, Level level, Step step) {
    try {
      step.on(at, name);
    } catch (NoSuchFileException e) {
      // Somebody else removed it.
    } catch (IOException e) {
      leave(level, name, e);
    }
  }

  private void leave(Level level, byte[] name, IOException why) {
    level.left.add(key(name));
    failure = failure.or(() -> Optional.of(why));
  }

  private static String key(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** False for a folder that is not empty. */
  private static boolean removed(OpenFolder folder, byte[] name) throws IOException {
    Optional<Stat> stat = folder.stat(name);
    try {
      if (stat.isPresent() && stat.get().isFolder()) {
        folder.removeFolder(name);
      } else if (stat.isPresent()) {
        folder.remove(name);
      }
    } catch (NoSuchFileException e) {
      // Somebody else removed it.
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      return false;
    }
    return true;
  }
}
