package dev.stepcache.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Undoes an unfinished commit by its journal. Each step looks at what is there, so that the whole
 * may be begun again after it was itself cut off. Whoever undoes holds the lock alone.
 */
final class Undoing {
  private final Path cache;
  private final Path commit;
  private final Path staging;
  private final List<JournalEntry> entries;
  private final Changes changes;
  private final Set<Path> folders = new HashSet<>();

  private Undoing(Path cache, Path commit, Journal.Told told, Checkpoint checkpoint) {
    this.cache = cache;
    this.commit = commit;
    this.staging = commit.resolveSibling(told.staging());
    this.entries = told.entries();
    this.changes = new Changes(checkpoint);
  }

  /** Puts back what was there, and drops the journal last. */
  static void of(Path cache, Path commit, Checkpoint checkpoint) throws IOException {
    Journal.Told told = Journal.read(commit);
    if (!told.entries().isEmpty()) {
      new Undoing(cache, commit, told, checkpoint).undo();
    }
    retire(commit, checkpoint);
  }

  /** Ends a commit as it now is. */
  static void retire(Path commit, Checkpoint checkpoint) throws IOException {
    Path retired = commit.resolveSibling(Staging.unused());
    new Changes(checkpoint).rename(commit, retired);
    Deletion.quietly(retired);
  }

  private void undo() throws IOException {
    Path displaced = Journal.displaced(commit);
    if (!Stat.isFolder(commit) || !Stat.isFolder(displaced)) {
      throw new IOException("what an interrupted restore displaced is gone: " + displaced);
    }
    for (JournalEntry entry : entries) {
      if (entry instanceof JournalEntry.Merge) {
        Optional<Path> folder = place(entry.name());
        if (folder.isPresent()) {
          Changes.open(folder.get());
        }
      }
    }
    for (JournalEntry entry : entries.reversed()) {
      Optional<Path> place = place(entry.name());
      if (place.isEmpty()) {
        continue;
      }
      switch (entry) {
        case JournalEntry.Merge(int mode, long mtime, String name) -> {
          if (Stat.isFolder(place.get())) {
            changes.attributes(place.get(), mode, mtime);
          }
        }
        case JournalEntry.Displace(int number, int mode, String name) ->
            putBack(displaced.resolve(Integer.toString(number)), place.get(), mode);
        case JournalEntry.Place(String name) -> takeAway(place.get(), staged(name));
      }
    }
  }

  private void takeAway(Path place, Path staged) throws IOException {
    // While it is staged it was not placed yet, or was taken away before we were cut off.
    if (Stat.of(staged).isPresent() || Stat.of(place).isEmpty()) {
      return;
    }
    Files.createDirectories(staged.getParent());
    Changes.open(place);
    changes.rename(place, staged);
  }

  private void putBack(Path displaced, Path place, int mode) throws IOException {
    Optional<Stat> stat = Stat.of(displaced);
    if (stat.isPresent()) {
      // Only others can have put something there since.
      Deletion.of(place);
      changes.rename(displaced, place);
    }
    if (Stat.isFolder(place) && Stat.ofPresent(place).permissions() != mode) {
      Changes.mode(place, mode);
    }
  }

  /** Where a name is; empty if what leads there is no longer made of folders. */
  private Optional<Path> place(String name) throws IOException {
    if (name.isEmpty()) {
      return Optional.of(cache);
    }
    if (CacheFolder.isOurs(name)) {
      return Optional.empty();
    }
    Path place = new EntryName(name).under(cache);
    List<Path> unknown = new ArrayList<>();
    for (Path folder = place.getParent();
        folder != null && !folder.equals(cache) && !folders.contains(folder);
        folder = folder.getParent()) {
      if (!Stat.isFolder(folder)) {
        return Optional.empty();
      }
      unknown.add(folder);
    }
    folders.addAll(unknown);
    return Optional.of(place);
  }

  private Path staged(String name) {
    return new EntryName(name).under(staging);
  }
}
