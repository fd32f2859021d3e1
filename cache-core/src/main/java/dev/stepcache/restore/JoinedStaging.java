package dev.stepcache.restore;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.disk.FreeSpaces;
import dev.stepcache.disk.RefusedEntryException;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The stagings of several cache paths as one tree, in which each cache path is a folder of its
 * name. Refuses what lies below none of them, and hard links from one into another.
 */
final class JoinedStaging implements Stage {
  private final SortedMap<String, Staging> stagings;

  private JoinedStaging(SortedMap<String, Staging> stagings) {
    this.stagings = stagings;
  }

  /** Begins one at each cache path, or none. */
  static JoinedStaging of(SortedMap<String, CacheFolder.FolderHold> holds, RestoreMode mode)
      throws IOException {
    SortedMap<String, Staging> stagings = new TreeMap<>(holds.comparator());
    JoinedStaging joined = new JoinedStaging(stagings);
    FreeSpaces spaces = new FreeSpaces();
    boolean begun = false;
    try {
      for (Map.Entry<String, CacheFolder.FolderHold> hold : holds.entrySet()) {
        stagings.put(hold.getKey(), hold.getValue().stage(mode, spaces));
      }
      begun = true;
      return joined;
    } finally {
      if (!begun) {
        joined.close();
      }
    }
  }

  /** Where an entry belongs. */
  private record StagedName(Staging staging, EntryName name) {}

  private StagedName locate(EntryName name) throws RefusedEntryException {
    return find(name)
        .orElseThrow(() ->
            new RefusedEntryException(
                "the entry '"
                    + Printable.uncut(name.value())
                    + "' lies below no cache path that was asked for"));
  }

  private Optional<StagedName> find(EntryName name) {
    Staging staging = stagings.get(Roots.first(name));
    int slash = name.value().indexOf('/');
    return staging == null || slash < 0
        ? Optional.empty()
        : Optional.of(new StagedName(staging, new EntryName(name.value().substring(slash + 1))));
  }

  private boolean isCachePath(EntryName name) {
    return stagings.containsKey(name.value());
  }

  @Override
  public FileIdentity file(EntryName name, ContentSource content, long size, int mode, long mtime)
      throws IOException {
    StagedName at = locate(name);
    return at.staging.file(at.name, content, size, mode, mtime);
  }

  @Override
  public FileIdentity symlink(EntryName name, String target, long mtime) throws IOException {
    StagedName at = locate(name);
    return at.staging.symlink(at.name, target, mtime);
  }

  @Override
  public FileIdentity hardLink(EntryName name, EntryName existing) throws IOException {
    StagedName at = locate(name);
    StagedName other = locate(existing);
    if (at.staging != other.staging) {
      throw new RefusedEntryException(
          "the entry '"
              + Printable.uncut(name.value())
              + "' is a hard link into another cache path");
    }
    return at.staging.hardLink(at.name, other.name);
  }

  /** A cache path itself is there, and stays as it is. */
  @Override
  public void folder(EntryName name, int mode, long mtime) throws IOException {
    if (!isCachePath(name)) {
      StagedName at = locate(name);
      at.staging.folder(at.name, mode, mtime);
    }
  }

  @Override
  public void finishFolders(List<FolderEntry> some) throws IOException {
    Map<Staging, List<FolderEntry>> parts = new LinkedHashMap<>();
    for (FolderEntry folder : some) {
      if (!isCachePath(folder.name())) {
        StagedName at = locate(folder.name());
        parts
            .computeIfAbsent(at.staging, staging -> new ArrayList<>())
            .add(new FolderEntry(at.name, folder.mode(), folder.mtime()));
      }
    }
    for (Map.Entry<Staging, List<FolderEntry>> part : parts.entrySet()) {
      part.getKey().finishFolders(part.getValue());
    }
  }

  @Override
  public void remove(EntryName name) throws IOException {
    StagedName at = locate(name);
    at.staging.remove(at.name);
  }

  @Override
  public void clear(String folder, Predicate<String> kept) throws IOException {
    for (Map.Entry<String, Staging> staging : stagings.entrySet()) {
      String above = staging.getKey() + '/';
      if (folder.isEmpty() || (folder + '/').startsWith(above)) {
        staging
            .getValue()
            .clear(
                folder.length() < above.length() ? "" : folder.substring(above.length()),
                name -> kept.test(above + name));
      }
    }
  }

  @Override
  public boolean isFolder(EntryName name) {
    return isCachePath(name) || find(name).filter(at -> at.staging.isFolder(at.name)).isPresent();
  }

  @Override
  public void flush() throws IOException {
    for (Staging staging : stagings.values()) {
      staging.flush();
    }
  }

  @Override
  public Committed commit() throws IOException {
    SortedMap<String, Commit> commits = new TreeMap<>(stagings.comparator());
    for (Map.Entry<String, Staging> staging : stagings.entrySet()) {
      commits.put(staging.getKey(), staging.getValue().toCommit());
    }
    return Uninterrupted.run(new JoinedCommit(commits)::run);
  }

  @Override
  public void close() throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Staging staging : stagings.values()) {
      try {
        staging.close();
      } catch (IOException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }
}
