package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a cache path's tree: names, sizes, modes and times, but no content. */
public final class TreeScan {
  /** What a scan does not look at. */
  @FunctionalInterface
  public interface LeftOut {
    boolean test(String name, boolean folder);
  }

  /** PATH_MAX of Linux, in bytes, without the NUL. */
  private static final int LONGEST_PATH = 4095;

  private final Path root;
  private final LeftOut leftOut;
  private final int longest;
  private final List<TreeEntry.FolderEntry> folders = new ArrayList<>();
  private final ScannedEntries entries = new ScannedEntries();
  private final List<Tree.Unreadable> unreadable = new ArrayList<>();
  private final Map<Inode, Integer> firstNames = new HashMap<>();
  private final Deque<Folder> open = new ArrayDeque<>();
  private int special;

  private TreeScan(Path root, LeftOut leftOut) throws IOException {
    this.root = root;
    this.leftOut = leftOut;
    // A restore stages each entry deeper than where it belongs.
    Path staging = root.toRealPath().resolve(CacheFolder.OURS).resolve(Staging.unused());
    this.longest = LONGEST_PATH - FileNames.bytes(staging).length - 1;
  }

  /**
   * Scans everything below a cache path but {@link CacheFolder#OURS} at its root. Links are not
   * followed, but the cache path itself may be one. What vanishes meanwhile is left out; so is what
   * cannot be read, or has a name that is not UTF-8 or too long to be restored to this cache path,
   * and is told as unreadable. Files are not opened: one without read permission is no matter of a
   * scan.
   *
   * @throws IOException when the cache path is no folder
   */
  public static Tree of(Path cachePath) throws IOException {
    return of(cachePath, (name, folder) -> false);
  }

  /** As {@link #of(Path)}, but for what is left out, with all below it. */
  public static Tree of(Path cachePath, LeftOut leftOut) throws IOException {
    if (!Files.isDirectory(cachePath)) {
      throw Files.exists(cachePath)
          ? new NotDirectoryException(cachePath.toString())
          : new NoSuchFileException(cachePath.toString());
    }
    return new TreeScan(cachePath, leftOut).scan();
  }

  private Tree scan() {
    enter("", root);
    while (!open.isEmpty()) {
      Folder folder = open.element();
      if (!folder.children.hasNext()) {
        open.pop();
        continue;
      }
      Child child = folder.children.next();
      String name = folder.nameOf(child.text);
      try {
        visit(folder, child, new EntryName(name));
      } catch (IllegalNameException e) {
        unreadable.add(new Tree.Unreadable(FileNames.shown(name), "the name is too long"));
      }
    }
    folders.sort(Comparator.comparing(TreeEntry.FolderEntry::name));
    return new Tree(root, folders, entries, special, unreadable);
  }

  private void visit(Folder folder, Child child, EntryName name) {
    // A character has at most three bytes, or half of four.
    if (3 * name.value().length() > longest && name.bytes().length > longest) {
      unreadable(name.value(), "its path is too long to be restored here");
      return;
    }
    Path path = folder.path.resolve(FileNames.path(child.text));
    Stat stat = child.stat;
    if (stat.isFolder()) {
      if (enter(name.value(), path)) {
        folders.add(new TreeEntry.FolderEntry(name, stat.permissions(), stat.mtime()));
      }
    } else if (stat.isSymlink()) {
      symlink(folder, child, path);
    } else if (stat.isFile()) {
      file(folder, child);
    } else {
      special++;
    }
  }

  private void file(Folder folder, Child child) {
    Inode inode = new Inode(child.stat.device(), child.stat.inode());
    Optional<Integer> first =
        child.stat.links() > 1 ? Optional.ofNullable(firstNames.get(inode)) : Optional.empty();
    int position = entries.add(folder.number, child.text, child.stat, Optional.empty(), first);
    if (child.stat.links() > 1 && first.isEmpty()) {
      firstNames.put(inode, position);
    }
  }

  private void symlink(Folder folder, Child child, Path path) {
    try {
      Optional<String> target = FileNames.text(Files.readSymbolicLink(path));
      if (target.isEmpty()) {
        unreadable(folder.nameOf(child.text), "the link's target is not UTF-8");
        return;
      }
      entries.add(folder.number, child.text, child.stat, target, Optional.empty());
    } catch (NoSuchFileException | NotLinkException e) {
      // It vanished, or something else took its name.
    } catch (IOException e) {
      unreadable(folder.nameOf(child.text), reason(e));
    }
  }

  /** Lists a folder and makes it the one being scanned; false if that cannot be done. */
  private boolean enter(String name, Path path) {
    List<Child> children = new ArrayList<>();
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(path)) {
      for (Path child : listed) {
        child(name, child).ifPresent(children::add);
      }
    } catch (DirectoryIteratorException e) {
      unreadable(name, String.valueOf(e.getMessage()));
      return false;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    } catch (IOException e) {
      unreadable(name, reason(e));
      return false;
    }
    children.sort(Child.ORDER);
    open.push(new Folder(name, path, entries.folder(name), children.iterator()));
    return true;
  }

  private Optional<Child> child(String folder, Path path) {
    Path last = path.getFileName();
    Optional<String> text = FileNames.text(last);
    if (text.isEmpty()) {
      String shown = FileNames.shown(last);
      unreadable(folder.isEmpty() ? shown : folder + '/' + shown, "the name is not UTF-8");
      return Optional.empty();
    }
    if (folder.isEmpty() && text.get().equals(CacheFolder.OURS)) {
      return Optional.empty();
    }
    try {
      String name = folder.isEmpty() ? text.get() : folder + '/' + text.get();
      return Stat.of(path)
          .filter(stat -> !leftOut.test(name, stat.isFolder()))
          .map(stat -> new Child(text.get(), stat));
    } catch (IOException e) {
      unreadable(folder.isEmpty() ? text.get() : folder + '/' + text.get(), reason(e));
      return Optional.empty();
    }
  }

  private void unreadable(String name, String why) {
    unreadable.add(new Tree.Unreadable(name.isEmpty() ? "." : FileNames.shown(name), why));
  }

  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : FileNames.shown(reason);
  }

  private record Inode(long device, long number) {}

  private record Folder(String name, Path path, int number, Iterator<Child> children) {
    String nameOf(String component) {
      return name.isEmpty() ? component : name + '/' + component;
    }
  }

  private record Child(String text, Stat stat) {
    /** So that the whole names come in order: "a-b" is before "a/b", though "a" is before "a-b". */
    static final Comparator<Child> ORDER =
        (left, right) -> EntryName.compare(left.key(), right.key());

    private String key() {
      return stat.isFolder() ? text + '/' : text;
    }
  }
}
