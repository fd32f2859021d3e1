package dev.stepcache.scan;

import dev.stepcache.disk.Listings;
import dev.stepcache.disk.MarkerFiles;
import dev.stepcache.disk.MountPoints;
import dev.stepcache.disk.Ownership;
import dev.stepcache.io.Interrupts;
import dev.stepcache.syscall.Stat;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.AccessTime;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.EntryTable;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.tree.MarkerFile;
import dev.stepcache.tree.OwnFolder;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
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

  /** What is said of the folder that a cache path with a name is in a tree: nothing of its own. */
  private static final int NAMED_MODE = 0755;

  private static final long NAMED_TIME = 315_619_200_000_000_000L;

  private final String above;
  private final Path root;
  private final Listings listings;
  private final LeftOut leftOut;
  private final int longest;
  private final Seen seen;
  private final MountPoints mounts;
  private final long device;
  private final Map<Inode, Integer> firstNames = new HashMap<>();
  private final Deque<Folder> open = new ArrayDeque<>();

  /** What was seen so far, of all cache paths. */
  private static final class Seen {
    private final List<TreeEntry.FolderEntry> folders = new ArrayList<>();
    private final EntryTable entries = new EntryTable();
    private final List<Tree.Unreadable> unreadable = new ArrayList<>();
    private final List<String> mounted = new ArrayList<>();
    private int special;

    Tree tree(Roots roots) {
      folders.sort(Comparator.comparing(TreeEntry.FolderEntry::name));
      mounted.sort(Comparator.naturalOrder());
      return new Tree(roots, folders, TreeEntries.of(entries), special, unreadable, mounted);
    }
  }

  private TreeScan(String name, Path root, Listings listings, LeftOut leftOut, Seen seen)
      throws IOException {
    this.above = name.isEmpty() ? "" : name + '/';
    this.root = root;
    this.listings = listings;
    this.leftOut = leftOut;
    this.seen = seen;
    // A restore stages each entry deeper than where it belongs.
    Path real = root.toRealPath();
    Path staging = real.resolve(OwnFolder.NAME).resolve(OwnFolder.newStagingName());
    this.mounts = MountPoints.below(real);
    this.device = Stat.ofPresent(real).device();
    this.longest =
        Math.min(
            FileNames.LONGEST_PATH - FileNames.bytes(staging).length,
            EntryName.LONGEST - above.getBytes(StandardCharsets.UTF_8).length);
  }

  /**
   * Scans everything below a cache path but {@link OwnFolder#NAME} and {@link MarkerFile marker
   * files} at its root. Links are not followed, but the cache path itself may be one. What vanishes
   * meanwhile is left out; so is what cannot be read, or has a name that is not UTF-8 or too long
   * to be restored to this cache path, and is told as unreadable. What is mounted below the cache
   * path, a folder or a file, is left out as well, with all below it: no restore could put it back.
   * Files are not opened: one without read permission is no matter of a scan.
   *
   * @throws IOException when the cache path is no folder
   * @throws InterruptedIOException when the thread is interrupted
   */
  public static Tree of(Path cachePath) throws IOException {
    return of(cachePath, (name, folder) -> false);
  }

  /** As {@link #of(Path)}, but for what is left out, with all below it. */
  public static Tree of(Path cachePath, LeftOut leftOut) throws IOException {
    return of(Roots.of(cachePath), leftOut);
  }

  /**
   * The same of several cache paths: each is a folder of the tree. What is left out is asked for
   * names below its own cache path, and hard links count within one.
   */
  public static Tree of(Roots roots, LeftOut leftOut) throws IOException {
    Seen seen = new Seen();
    for (Map.Entry<String, Path> root : roots.folders().entrySet()) {
      Path cachePath = root.getValue();
      if (!Files.isDirectory(cachePath)) {
        throw Files.exists(cachePath)
            ? new NotDirectoryException(cachePath.toString())
            : new NoSuchFileException(cachePath.toString());
      }
      try (Listings listings = Listings.below(cachePath)) {
        new TreeScan(root.getKey(), cachePath, listings, leftOut, seen).scan();
      }
    }
    roots
        .names()
        .forEach(name ->
            seen.folders.add(
                new TreeEntry.FolderEntry(new EntryName(name), NAMED_MODE, NAMED_TIME)));
    return seen.tree(roots);
  }

  /** The same by one of the ways to read folders. */
  static Tree of(Path cachePath, Listings listings) throws IOException {
    Seen seen = new Seen();
    new TreeScan("", cachePath, listings, (name, folder) -> false, seen).scan();
    return seen.tree(Roots.of(cachePath));
  }

  private void scan() throws InterruptedIOException {
    enter("");
    while (!open.isEmpty()) {
      Interrupts.check("interrupted while the cache path was scanned");
      Folder folder = open.element();
      if (!folder.children.hasNext()) {
        open.pop();
        continue;
      }
      Child child = folder.children.next();
      try {
        visit(folder, child);
      } catch (IllegalNameException e) {
        unreadable(child.name, "the name is too long");
      }
    }
  }

  private void visit(Folder folder, Child child) {
    // A character has at most three bytes, or half of four. A short name of a file is made no
    // EntryName of: what a file system has is legal.
    boolean isLong =
        3 * child.component.length() > EntryName.LONGEST_COMPONENT
            || 3 * child.name.length() > longest;
    if (isLong && new EntryName(child.name).bytes().length > longest) {
      unreadable(child.name, "its path is too long to be restored here");
      return;
    }
    Stat stat = child.stat;
    if (stat.isFolder()) {
      if (enter(child.name)) {
        seen.folders.add(
            new TreeEntry.FolderEntry(
                new EntryName(above + child.name), stat.permissions(), stat.mtime()));
      }
    } else if (stat.isSymlink()) {
      symlink(folder, child);
    } else if (stat.isFile()) {
      file(folder, child);
    } else {
      seen.special++;
    }
  }

  private void file(Folder folder, Child child) {
    Inode inode = new Inode(child.stat.device(), child.stat.inode());
    Optional<Integer> first =
        child.stat.links() > 1 ? Optional.ofNullable(firstNames.get(inode)) : Optional.empty();
    int row = add(folder, child);
    first.ifPresent(earlier -> seen.entries.hardLink(row, earlier));
    if (child.stat.links() > 1 && first.isEmpty()) {
      firstNames.put(inode, row);
    }
  }

  private int add(Folder folder, Child child) {
    Stat stat = child.stat;
    int row = seen.entries.add(folder.number, child.component);
    seen.entries.put(
        row, stat.permissions(), stat.mtime(), stat.ctime(), stat.inode(), stat.size());
    // From the stat before anything of ours reads it: also of a symlink, whose target is read next.
    if (stat.atime() == AccessTime.UNREAD) {
      seen.entries.unread(row);
    }
    return row;
  }

  private void symlink(Folder folder, Child child) {
    try {
      Path path = new EntryName(child.name).under(root);
      Optional<String> target = FileNames.text(Files.readSymbolicLink(path));
      if (target.isEmpty()) {
        unreadable(child.name, "the link's target is not UTF-8");
        return;
      }
      seen.entries.symlink(add(folder, child), target.get());
    } catch (NoSuchFileException | NotLinkException e) {
      // It vanished, or something else took its name.
    } catch (IOException e) {
      unreadable(child.name, reason(e));
    }
  }

  /** Lists a folder and makes it the one being scanned; false if that cannot be done. */
  private boolean enter(String name) {
    Children children = new Children(name);
    try {
      listings.list(name, children);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    } catch (IOException e) {
      unreadable(name, reason(e));
      return false;
    }
    children.list.sort(Child.ORDER);
    open.push(new Folder(seen.entries.folder(named(name)), children.list.iterator()));
    return true;
  }

  private final class Children implements Listings.Visitor {
    private final String folder;
    private final List<Child> list = new ArrayList<>();

    Children(String folder) {
      this.folder = folder;
    }

    private String name(String component) {
      return folder.isEmpty() ? component : folder + '/' + component;
    }

    @Override
    public void entry(String component, Stat stat) {
      String name = name(component);
      if (name.equals(OwnFolder.NAME)
          || component.startsWith(OwnFolder.SET_ASIDE_PREFIX)
          || name.startsWith(OwnFolder.PARTIAL_PREFIX)
          || leftOut.test(name, stat.isFolder())
          || (folder.isEmpty() && MarkerFiles.isOne(root, component))) {
        return;
      }
      if (isMounted(name, stat)) {
        seen.mounted.add(Printable.uncut(named(name)));
      } else {
        list.add(new Child(name, component, stat));
      }
    }

    @Override
    public void foreign(String shown) {
      unreadable(name(shown), "the name is not UTF-8");
    }

    @Override
    public void hidden(String component, IOException why) {
      unreadable(name(component), reason(why));
    }
  }

  /**
   * Whether another file system begins here, or the like. Files tell nothing by their device: in an
   * overlay each has that of the layer below.
   */
  private boolean isMounted(String name, Stat stat) {
    return mounts.has(name) || (stat.isFolder() && stat.device() != device);
  }

  private String named(String name) {
    return name.isEmpty() && !above.isEmpty()
        ? above.substring(0, above.length() - 1)
        : above + name;
  }

  private void unreadable(String name, String why) {
    String named = named(name);
    seen.unreadable.add(new Tree.Unreadable(named.isEmpty() ? "." : Printable.uncut(named), why));
  }

  static String reason(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "permission denied" + Ownership.ofDenied(denied).map(whose -> " " + whose).orElse("");
    }
    String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : Printable.uncut(reason);
  }

  private record Inode(long device, long number) {}

  private record Folder(int number, Iterator<Child> children) {}

  private record Child(String name, String component, Stat stat) {
    /** So that the whole names come in order: "a-b" is before "a/b", though "a" is before "a-b". */
    static final Comparator<Child> ORDER =
        (left, right) ->
            EntryName.compare(
                left.component, left.stat.isFolder(), right.component, right.stat.isFolder());
  }
}
