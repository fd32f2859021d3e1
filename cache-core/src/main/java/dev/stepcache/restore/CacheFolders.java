package dev.stepcache.restore;

import dev.stepcache.disk.RealPath;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.tree.OwnFolder;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The cache paths of one cache: one, or several that have names, are locked together, and restored
 * all or not at all. What is kept of all of them lies at the first one.
 */
public final class CacheFolders {
  private final Roots roots;
  private final SortedMap<String, CacheFolder> folders;

  /** Cache paths of which nobody hears what was done about them, or who is waited for. */
  public CacheFolders(Roots roots) {
    this(roots, FaultPoint.OPEN);
  }

  /**
   * @param notices is told, in sentences, what was done about a restore that was interrupted, and
   *     who is waited for
   */
  public CacheFolders(Roots roots, Consumer<String> notices) {
    this(roots, FaultPoint.OPEN, notices);
  }

  CacheFolders(Roots roots, FaultPoint faultPoint) {
    this(roots, faultPoint, notice -> {});
  }

  private CacheFolders(Roots roots, FaultPoint faultPoint, Consumer<String> notices) {
    List<Path> given = List.copyOf(roots.folders().values());
    this.roots = roots;
    this.folders = new TreeMap<>(roots.folders().comparator());
    roots
        .folders()
        .forEach(
            (name, path) -> folders.put(name, new CacheFolder(path, given, faultPoint, notices)));
  }

  /** One cache path without a name. */
  public static CacheFolders of(Path path) {
    return new CacheFolders(Roots.of(path));
  }

  /** Where the cache paths lie, by their names. */
  public Roots roots() {
    return roots;
  }

  /** {@code .stepcache} of each cache path, by the cache path's name. */
  public SortedMap<String, Path> own() {
    SortedMap<String, Path> own = new TreeMap<>(folders.comparator());
    folders.forEach((name, folder) -> own.put(name, folder.path().resolve(OwnFolder.NAME)));
    return own;
  }

  /** The cache paths. */
  public Collection<Path> paths() {
    return roots.folders().values();
  }

  /** Makes a cache path with its parents, where they are not there; open to all users. */
  public static void make(Path cachePath) throws IOException {
    new CreatedFolders().cache(cachePath);
  }

  /** Makes the cache paths that are not there, for a build that may be another user's. */
  public void makeAll() throws IOException {
    for (Path cachePath : paths()) {
      make(cachePath);
    }
  }

  /** Whether a cache path is as {@link #make} leaves it: this user's, open to all, and empty. */
  public static boolean isAsMade(Path cachePath) throws IOException {
    return CreatedFolders.isAsMade(cachePath);
  }

  /** Where what belongs to the whole cache is kept. */
  public CacheFolder first() {
    return folders.firstEntry().getValue();
  }

  Collection<CacheFolder> all() {
    return folders.values();
  }

  SortedMap<String, CacheFolder> byName() {
    return folders;
  }

  /** As {@link CacheFolder#recover}, of each. */
  public void recover(Duration wait) throws IOException {
    Deadline deadline = new Deadline(wait);
    for (CacheFolder folder : folders.values()) {
      folder.recover(deadline.left());
    }
  }

  /** As {@link CacheFolder#tidyUp}, of each. */
  public void tidyUp() {
    folders.values().forEach(CacheFolder::tidyUp);
  }

  /** As {@link CacheFolder#isInterrupted}, of any. */
  public boolean isInterrupted() throws IOException {
    for (CacheFolder folder : folders.values()) {
      if (folder.isInterrupted()) {
        return true;
      }
    }
    return false;
  }

  /** As {@link CacheFolder#isUnfinished}, of any. */
  public boolean isUnfinished() throws IOException {
    for (CacheFolder folder : folders.values()) {
      if (folder.isUnfinished()) {
        return true;
      }
    }
    return false;
  }

  /** As {@link CacheFolder#holdAlone}, of all or of none. */
  public Hold holdAlone(Duration wait) throws IOException {
    Hold hold = hold(wait, CacheFolder::holdAlone);
    Set<Path> recovered = new HashSet<>();
    hold.holds.values().forEach(held -> recovered.add(held.cache()));
    if (!roots.names().isEmpty()) {
      recovered.forEach(cache -> CommittedMarker.forget(cache, recovered));
    }
    return hold;
  }

  /** As {@link CacheFolder#holdShared}, of all or of none. */
  public Hold holdShared(Duration wait) throws IOException {
    return hold(wait, CacheFolder::holdShared);
  }

  @FunctionalInterface
  private interface Taking {
    CacheFolder.FolderHold of(CacheFolder folder, Duration wait) throws IOException;
  }

  private Hold hold(Duration wait, Taking taking) throws IOException {
    Deadline deadline = new Deadline(wait);
    SortedMap<String, CacheFolder.FolderHold> holds = new TreeMap<>(folders.comparator());
    List<CacheFolder.FolderHold> taken = new ArrayList<>();
    Hold all = new Hold(holds, taken);
    boolean held = false;
    try {
      for (Map.Entry<String, CacheFolder> folder : inTheirPlaces()) {
        CacheFolder.FolderHold hold = taking.of(folder.getValue(), deadline.left());
        taken.add(hold);
        holds.put(folder.getKey(), hold);
      }
      refuseNested(taken);
      held = true;
      return all;
    } finally {
      if (!held) {
        try (all) {
          all.leaveNoTrace();
        }
      }
    }
  }

  /**
   * By where they lie, whatever their names are: two that hold some of the same cannot wait for
   * each other.
   */
  private List<Map.Entry<String, CacheFolder>> inTheirPlaces() {
    if (folders.size() == 1) {
      return List.copyOf(folders.entrySet());
    }
    Map<String, Path> realPaths = new TreeMap<>();
    for (Map.Entry<String, CacheFolder> folder : folders.entrySet()) {
      realPaths.put(folder.getKey(), RealPath.of(folder.getValue().path()));
    }
    return folders.entrySet().stream()
        .sorted(Comparator.comparing(folder -> realPaths.get(folder.getKey())))
        .toList();
  }

  private static void refuseNested(List<CacheFolder.FolderHold> holds) throws IOException {
    for (CacheFolder.FolderHold outer : holds) {
      for (CacheFolder.FolderHold inner : holds) {
        if (outer != inner && inner.cache().startsWith(outer.cache())) {
          throw new IOException(
              "the cache path " + inner.cache() + " lies in the cache path " + outer.cache());
        }
      }
    }
  }

  /** The locks on all cache paths; closing gives them back. */
  public static final class Hold implements AutoCloseable {
    private final SortedMap<String, CacheFolder.FolderHold> holds;
    private final List<CacheFolder.FolderHold> taken;

    /**
     * @param taken the same in the order in which they were taken
     */
    private Hold(
        SortedMap<String, CacheFolder.FolderHold> holds, List<CacheFolder.FolderHold> taken) {
      this.holds = holds;
      this.taken = taken;
    }

    /** As {@link CacheFolder.FolderHold#stage}. */
    public Stage stage(RestoreMode mode) throws IOException {
      return holds.containsKey("")
          ? holds.firstEntry().getValue().stage(mode)
          : JoinedStaging.of(holds, mode);
    }

    /** As {@link CacheFolder.FolderHold#leaveNoTrace}. */
    public void leaveNoTrace() throws IOException {
      // A folder that several lie below was made by the first.
      for (CacheFolder.FolderHold hold : taken.reversed()) {
        hold.leaveNoTrace();
      }
    }

    @Override
    public void close() throws IOException {
      for (CacheFolder.FolderHold hold : taken.reversed()) {
        hold.close();
      }
    }
  }
}
