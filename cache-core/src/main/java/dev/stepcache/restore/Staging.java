package dev.stepcache.restore;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.disk.FreeSpace;
import dev.stepcache.disk.MountPointException;
import dev.stepcache.disk.MountPoints;
import dev.stepcache.disk.NewFiles;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FolderCursor;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.journal.Journal;
import dev.stepcache.journal.StagedList;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.GoBuildCache;
import dev.stepcache.tree.OwnFolder;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A tree that is being made beside its cache path's content, invisible until it is committed. Safe
 * for use by several threads, also below one folder. Folders above an entry are made as needed; a
 * parent that is anything but a folder made here is refused ({@link RefusedEntryException}), so no
 * link is ever followed. A name that was already made here is refused as well, and so are names at
 * or below {@link OwnFolder#NAME}. What could not be moved in, for something is mounted there in
 * the cache path, is a {@link MountPointException}.
 */
public final class Staging implements Stage {

  private static final int SURELY_FITS = 1000;

  /** A symlink's target that needs no block of its own. */
  private static final int SHORT_TARGET = 50;

  /**
   * How long ago a Go build cache's entries were last used, as their times tell. After an hour Go
   * notes a use, and after five days it removes what was not used.
   */
  private static final Duration UNUSED = Duration.ofHours(2);

  private final Path cache;
  private final Path root;
  private final int rootLength;
  private final RestoreMode mode;
  private final FaultPoint faultPoint;
  private final FreeSpace space;
  private final NewFiles files;
  private final StagedList list;
  private final long unused;
  private final MountPoints mounts;

  /**
   * The folders made here. One is in it only once it is there, so that no other thread is early.
   */
  private final Map<String, Commit.Folder> folders = new ConcurrentHashMap<>();

  Staging(Path cache, Path ours, RestoreMode mode, FaultPoint faultPoint, FreeSpace space)
      throws IOException {
    String name = OwnFolder.newStagingName();
    this.cache = cache;
    this.root = ours.resolve(name);
    this.rootLength = FileNames.bytes(root).length;
    this.mode = mode;
    this.faultPoint = faultPoint;
    this.space = space;
    this.mounts = MountPoints.below(cache);
    this.unused = (System.currentTimeMillis() - UNUSED.toMillis()) * 1_000_000L;
    try (OpenFolder open = OpenFolder.of(ours)) {
      open.makeFolder(Journal.bytes(name), OwnFolder.STAGING_MODE);
      this.list = StagedList.create(open, name);
    }
    this.files = NewFiles.below(root, space);
  }

  /**
   * Makes a file with exactly {@code size} bytes of {@code content}; fewer are an EOFException.
   * Aligned runs of zeros of 64 KiB or more become holes. After a failure the name is free again.
   *
   * @param mode what was saved; the restore mode decides what becomes of it
   * @param mtime nanoseconds since 1970
   */
  @Override
  public FileIdentity file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException {
    prepareParent(name);
    try {
      FileIdentity made = files.file(name, content, size, this.mode.file(mode), time(name, mtime));
      list.add(made);
      return made;
    } catch (FileAlreadyExistsException e) {
      throw taken(name, e);
    }
  }

  /**
   * The time that an entry gets: the one that was saved, except where whoever builds next would
   * remove what has it.
   */
  private long time(EntryName name, long saved) {
    return mode == RestoreMode.SHARED && GoBuildCache.isEntry(name.value()) ? unused : saved;
  }

  /** Makes a symlink; its target is kept as it is, and never looked at. */
  @Override
  public FileIdentity symlink(EntryName name, String target, long mtime) throws IOException {
    prepareParent(name);
    space.entry(target.length() > SHORT_TARGET ? target.length() : 0);
    try {
      FileIdentity made = files.symlink(name, target, mtime);
      list.add(made);
      return made;
    } catch (FileAlreadyExistsException e) {
      throw taken(name, e);
    }
  }

  /** Makes a second name for a file, or a symlink, that was made here. */
  @Override
  public FileIdentity hardLink(EntryName name, EntryName existing) throws IOException {
    prepareParent(name);
    // Looked at only below folders made here: else a link would lead out.
    boolean below = existing.parent().isEmpty() || folders.containsKey(existing.parent());
    space.entry(0);
    try {
      return (below ? files.hardLink(name, existing) : Optional.<FileIdentity>empty())
          .orElseThrow(() -> refused(name, "is a hard link to what is no file of this tree"));
    } catch (FileAlreadyExistsException e) {
      throw taken(name, e);
    }
  }

  /**
   * Makes a folder, or says the mode and time of one that was made or will be made for its entries;
   * what is said last holds.
   */
  @Override
  public void folder(EntryName name, int mode, long mtime) throws IOException {
    refuseOurs(name);
    makeFolder(name.value());
    folders.replace(
        name.value(), new Commit.Folder(Optional.of(mode), time(name, mtime), Optional.empty()));
  }

  /**
   * Gives folders that are staged their modes and times already, for a commit to have less to do:
   * it gives them to those alone that it moves or merges itself, and to those that their mode
   * closes to their owner, who could then move nothing in them. To be called when all is staged,
   * since a new entry moves its folder's time; several threads may share the folders.
   *
   * @param some neighbours lie below each other
   */
  @Override
  public void finishFolders(List<FolderEntry> some) throws IOException {
    try (FolderCursor staged = new FolderCursor(OpenFolder.of(root))) {
      for (FolderEntry folder : some) {
        String name = folder.name().value();
        long time = time(folder.name(), folder.mtime());
        Optional<Integer> modeOnDisk =
            Commit.finishAhead(staged.folder(name), mode, folder.mode(), time);
        folders.put(name, new Commit.Folder(Optional.of(folder.mode()), time, modeOnDisk));
      }
    }
  }

  /** Removes what was made here under a name, with all below it; nothing there is no error. */
  @Override
  public synchronized void remove(EntryName name) throws IOException {
    String parent = name.parent();
    if (parent.isEmpty() || folders.containsKey(parent)) {
      forgetFolders(name.value());
      files.remove(name);
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
    return Uninterrupted.run(toCommit()::run);
  }

  /** What {@link #commit} runs, to be run with those of other cache paths. */
  Commit toCommit() throws IOException {
    list.close();
    return new Commit(cache, root.getFileName().toString(), mode, folders, faultPoint);
  }

  /** Drops what was not committed; what cannot be removed now, the next hold removes. */
  @Override
  public void close() throws IOException {
    try (files) {
      list.close();
    } finally {
      // Whoever undoes it takes what is still staged for what was not yet placed.
      if (!Recovery.isNeeded(cache)) {
        removeStaged();
      }
    }
  }

  private void removeStaged() throws IOException {
    try (OpenFolder open = OpenFolder.of(cache);
        OpenFolder ours = open.folder(Journal.bytes(OwnFolder.NAME))) {
      String name = root.getFileName().toString();
      Deletion.quietly(ours, name);
      Deletion.quietly(ours, StagedList.name(name));
    }
  }

  private void prepareParent(EntryName name) throws IOException {
    refuseOurs(name);
    if (rootLength + name.value().length() > SURELY_FITS
        && rootLength + name.bytes().length > FileNames.LONGEST_PATH) {
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
    if (OwnFolder.holds(name.value())) {
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
    return new RefusedEntryException("the entry '" + Printable.uncut(name.value()) + "' " + why);
  }
}
