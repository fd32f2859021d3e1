package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A tree that is being made beside its cache path's content, invisible until it is committed. Safe
 * for use by several threads, also below one folder. Folders above an entry are made as needed; a
 * parent that is anything but a folder made here is refused ({@link RefusedEntryException}), so no
 * link is ever followed. A name that was already made here is refused as well, and so are names at
 * or below {@link CacheFolder#OURS}. What could not be moved in, for something is mounted there in
 * the cache path, is a {@link MountPointException}.
 */
public final class Staging implements Stage {
  static final String PREFIX = "staging-";

  /** PATH_MAX of Linux, less the NUL and the slash behind a staging's own path. */
  static final int LONGEST_PATH = 4094;

  private static final int SURELY_FITS = 1000;

  /** A symlink's target that needs no block of its own. */
  private static final int SHORT_TARGET = 50;

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path cache;
  private final Path root;
  private final int rootLength;
  private final RestoreMode mode;
  private final Checkpoint checkpoint;
  private final FreeSpace space;
  private final NewFiles files;
  private final MountPoints mounts;

  /**
   * The folders made here. One is in it only once it is there, so that no other thread is early.
   */
  private final Map<String, Commit.Folder> folders = new ConcurrentHashMap<>();

  Staging(Path cache, Path ours, RestoreMode mode, Checkpoint checkpoint, FreeSpace space)
      throws IOException {
    this.cache = cache;
    this.root = ours.resolve(unused());
    this.rootLength = FileNames.bytes(root).length;
    this.mode = mode;
    this.checkpoint = checkpoint;
    this.space = space;
    this.mounts = MountPoints.below(cache);
    Files.createDirectory(root, PRIVATE);
    this.files = NewFiles.below(root, space);
  }

  /** A name for a staging folder that nobody has. */
  static String unused() {
    return PREFIX + String.format("%016x", UUID.randomUUID().getMostSignificantBits());
  }

  /**
   * Makes a file with exactly {@code size} bytes of {@code content}; fewer are an EOFException.
   * Aligned runs of zeros of 64 KiB or more become holes. After a failure the name is free again.
   *
   * @param mode what was saved; the restore mode decides what becomes of it
   * @param mtime nanoseconds since 1970
   */
  @Override
  public Made file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException {
    place(name);
    try {
      return files.file(name, content, size, this.mode.file(mode), mtime);
    } catch (FileAlreadyExistsException e) {
      throw taken(name, e);
    }
  }

  /** Makes a symlink; its target is kept as it is, and never looked at. */
  @Override
  public Made symlink(EntryName name, String target, long mtime) throws IOException {
    place(name);
    Path path = name.under(root);
    space.entry(target.length() > SHORT_TARGET ? target.length() : 0);
    try {
      Symlinks.make(path, target);
    } catch (FileAlreadyExistsException e) {
      throw taken(name, e);
    }
    Changes.time(path, mtime);
    return Made.of(Stat.ofPresent(path));
  }

  /** Makes a second name for a file, or a symlink, that was made here. */
  @Override
  public Made hardLink(EntryName name, EntryName existing) throws IOException {
    place(name);
    Path path = name.under(root);
    Path first = existing.under(root);
    // Looked at only below folders made here: else a link would lead out.
    Optional<Stat> stat =
        existing.parent().isEmpty() || folders.containsKey(existing.parent())
            ? Stat.of(first).filter(found -> !found.isFolder())
            : Optional.empty();
    if (stat.isEmpty()) {
      throw refused(name, "is a hard link to what is no file of this tree");
    }
    space.entry(0);
    try {
      Files.createLink(path, first);
    } catch (FileAlreadyExistsException e) {
      throw taken(name, e);
    }
    return Made.of(stat.get());
  }

  /**
   * Makes a folder, or says the mode and time of one that was made or will be made for its entries;
   * what is said last holds.
   */
  @Override
  public void folder(EntryName name, int mode, long mtime) throws IOException {
    refuseOurs(name);
    makeFolder(name.value());
    folders.replace(name.value(), new Commit.Folder(Optional.of(mode), mtime));
  }

  /** Removes what was made here under a name, with all below it; nothing there is no error. */
  @Override
  public synchronized void remove(EntryName name) throws IOException {
    String parent = name.parent();
    if (parent.isEmpty() || folders.containsKey(parent)) {
      forgetFolders(name.value());
      Deletion.of(name.under(root));
    }
  }

  /** Along the tree that is there: to look through all that are known takes too long. */
  private void forgetFolders(String name) throws IOException {
    Deque<String> left = new ArrayDeque<>();
    left.push(name);
    while (!left.isEmpty()) {
      String next = left.pop();
      if (folders.remove(next) != null) {
        for (Path child : Deletion.children(new EntryName(next).under(root))) {
          left.push(next + '/' + FileNames.text(child.getFileName()).orElseThrow());
        }
      }
    }
  }

  /**
   * Removes what was made here below a folder, and leaves what is to be kept.
   *
   * @param folder "" is the root; one that was not made here is no error
   * @param kept is asked for each name; whoever keeps one keeps the folders above it as well
   */
  @Override
  public synchronized void clear(String folder, Predicate<String> kept) throws IOException {
    Deque<String> left = new ArrayDeque<>();
    left.push(folder);
    while (!left.isEmpty()) {
      String next = left.pop();
      if (!next.isEmpty() && !folders.containsKey(next)) {
        continue;
      }
      Path path = next.isEmpty() ? root : new EntryName(next).under(root);
      for (Path child : Deletion.children(path)) {
        String component = FileNames.text(child.getFileName()).orElseThrow();
        String name = next.isEmpty() ? component : next + '/' + component;
        if (kept.test(name)) {
          left.push(name);
        } else {
          remove(new EntryName(name));
        }
      }
    }
  }

  /** The folder that holds what was staged. */
  Path root() {
    return root;
  }

  /** Whether a folder of this name was made here. */
  @Override
  public boolean isFolder(EntryName name) {
    return folders.containsKey(name.value());
  }

  /**
   * Writes what was staged to the disk, with all else of its file system, and waits for that; does
   * nothing where the system cannot be asked for it.
   */
  @Override
  public void flush() throws IOException {
    files.flush();
  }

  /**
   * Merges the staged tree into the cache path: what has a staged name is replaced, all else stays.
   * All or nothing: every step is journalled first, and a failure, or a kill as seen by the next
   * {@link CacheFolder} hold, puts back what was there. Ends the staging: only closing is left.
   */
  @Override
  public Committed commit() throws IOException {
    return toCommit().run();
  }

  /** What {@link #commit} runs, to be run with those of other cache paths. */
  Commit toCommit() {
    return new Commit(cache, root, mode, folders, checkpoint);
  }

  /** Drops what was not committed; what cannot be removed now, the next hold removes. */
  @Override
  public void close() throws IOException {
    files.close();
    // Whoever undoes it takes what is still staged for what was not yet placed.
    if (!Recovery.isNeeded(cache)) {
      Deletion.quietly(root);
    }
  }

  private void place(EntryName name) throws IOException {
    refuseOurs(name);
    if (rootLength + name.value().length() > SURELY_FITS
        && rootLength + name.bytes().length > LONGEST_PATH) {
      throw refused(name, "has a path that is too long here");
    }
    refuseMounted(name.value(), mounts.near(name.value()));
    String parent = name.parent();
    if (!parent.isEmpty()) {
      makeFolder(parent);
    }
  }

  private void refuseMounted(String name, Optional<String> point) throws MountPointException {
    if (point.isPresent()) {
      throw new MountPointException(new EntryName(point.get()).under(cache), name);
    }
  }

  private void makeFolder(String name) throws IOException {
    if (!folders.containsKey(name)) {
      makeFolders(name);
    }
  }

  /**
   * One thread at a time: then a name that is taken was not taken by a folder of another thread.
   */
  private synchronized void makeFolders(String name) throws IOException {
    for (int end = name.indexOf('/'); ; end = name.indexOf('/', end + 1)) {
      String folder = end < 0 ? name : name.substring(0, end);
      if (!folders.containsKey(folder)) {
        refuseMounted(folder, mounts.above(folder));
        try {
          files.folder(new EntryName(folder));
        } catch (FileAlreadyExistsException e) {
          // Never followed, whatever it is a link to.
          throw refused(
              new EntryName(name), "is, or lies below, what is a file or link in the same tree");
        }
        folders.put(folder, Commit.UNTOLD);
      }
      if (end < 0) {
        return;
      }
    }
  }

  private static void refuseOurs(EntryName name) throws RefusedEntryException {
    if (CacheFolder.isOurs(name.value())) {
      throw refused(name, "has a name that belongs to the cache itself");
    }
  }

  private static RefusedEntryException taken(EntryName name, IOException cause) {
    RefusedEntryException refused =
        refused(name, "is there twice, or as a folder and something else");
    refused.initCause(cause);
    return refused;
  }

  private static RefusedEntryException refused(EntryName name, String why) {
    return new RefusedEntryException("the entry '" + FileNames.shown(name.value()) + "' " + why);
  }
}
