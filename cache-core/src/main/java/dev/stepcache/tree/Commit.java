package dev.stepcache.tree;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Merges a staged tree into a cache path: all of it, or, after undoing, nothing. */
final class Commit {
  /** Implicit folders of a tree that says nothing of their modes. */
  private static final int UNTOLD_MODE = 0755;

  /** In milliseconds: Linux's is 10 at most. */
  private static final int LONGEST_TICK = 20;

  static final Folder UNTOLD = new Folder(Optional.empty(), 0);

  private static final Comparator<String> BY_BYTES = EntryName::compare;

  private final Path cache;
  private final Path commit;
  private final Path staging;
  private final RestoreMode mode;
  private final Map<String, Folder> folders;
  private final Checkpoint checkpoint;
  private final Changes changes;

  /** The folders that were there, and their modes. */
  private final Map<String, Integer> merged = new HashMap<>();

  private int displaced;

  /** A folder that was staged; its mode and time, if they were told. */
  record Folder(Optional<Integer> mode, long mtime) {}

  Commit(
      Path cache,
      Path staging,
      RestoreMode mode,
      Map<String, Folder> folders,
      Checkpoint checkpoint) {
    this.cache = cache;
    this.commit = staging.resolveSibling(Journal.COMMIT);
    this.staging = staging;
    this.mode = mode;
    this.folders = folders;
    this.checkpoint = checkpoint;
    this.changes = new Changes(checkpoint);
  }

  Committed run() throws IOException {
    Path retired = staging.resolveSibling(Staging.unused());
    Committed committed;
    // An Error is not answered: what the process cannot do any more the next hold does.
    try {
      Map<String, Integer> modes = place(Optional.empty());
      committed = new Committed(watermark(), modes);
      // The end of the journal is what makes the commit one that is not undone.
      changes.rename(commit, retired);
    } catch (IOException | RuntimeException e) {
      undo(e);
      throw e;
    }
    Deletion.quietly(retired);
    return committed;
  }

  /**
   * As one of several: all but the end.
   *
   * @return the modes that the folders have then
   */
  Map<String, Integer> place(Tie tie) throws IOException {
    return place(Optional.of(tie));
  }

  private Map<String, Integer> place(Optional<Tie> tie) throws IOException {
    try (Journal journal = Journal.begin(commit, staging(), tie, checkpoint)) {
      merge(journal);
      return finishFolders();
    }
  }

  private String staging() {
    return staging.getFileName().toString();
  }

  /** The tie of a leader. */
  Tie leads(List<Commit> followers) {
    return new Tie.Leads(followers.stream().map(follower -> follower.cache).toList());
  }

  /** The tie of those that follow this one. */
  Tie isFollowed() {
    return new Tie.Follows(staging(), cache);
  }

  /** Ends a leader, and so makes it final, and all that follow it. */
  void finish() throws IOException {
    changes.rename(commit, Finished.place(commit.resolveSibling(""), staging()));
  }

  /** Ends a follower of a leader that is finished; false where that is left to the next hold. */
  boolean retire() {
    try {
      Undoing.retire(commit, checkpoint);
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Removes what a leader left.
   *
   * @param all whether none of the followers has to ask for it any more
   */
  void dropFinished(boolean all) {
    Path finished = Finished.place(commit.resolveSibling(""), staging());
    Deletion.quietly(all ? finished : Journal.displaced(finished));
  }

  void undo(Exception cause) {
    // An interrupt would close the journal again, and leave the cache path as it now is.
    boolean interrupted = Thread.interrupted();
    try {
      if (Journal.isIn(commit)) {
        Undoing.of(cache, commit, checkpoint);
      } else {
        Deletion.of(commit);
      }
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void merge(Journal journal) throws IOException {
    Deque<String> left = new ArrayDeque<>();
    left.push("");
    while (!left.isEmpty()) {
      String folder = left.pop();
      Path target = below(cache, folder);
      Stat before = Stat.ofPresent(target);
      merged.put(folder, before.permissions());
      journal.write(new JournalEntry.Merge(before.permissions(), before.mtime(), folder));
      Changes.open(target);
      for (Path child : Deletion.children(below(staging, folder))) {
        String component = FileNames.text(child.getFileName()).orElseThrow();
        String name = folder.isEmpty() ? component : folder + '/' + component;
        Path place = target.resolve(child.getFileName());
        Optional<Stat> there = Stat.of(place);
        if (there.isPresent() && there.get().isFolder() && folders.containsKey(name)) {
          left.push(name);
          continue;
        }
        if (there.isPresent()) {
          displace(journal, name, place, there.get());
        }
        journal.write(new JournalEntry.Place(name));
        changes.rename(child, place);
      }
    }
  }

  private void displace(Journal journal, String name, Path place, Stat there) throws IOException {
    int number = displaced++;
    journal.write(new JournalEntry.Displace(number, there.permissions(), name));
    Changes.open(place);
    changes.rename(place, Journal.displaced(commit).resolve(Integer.toString(number)));
  }

  /**
   * Gives the folders their modes and times, the deepest first: a mode may close what is below.
   *
   * @return the modes that they have then
   */
  private Map<String, Integer> finishFolders() throws IOException {
    Map<String, Integer> modes = HashMap.newHashMap(folders.size());
    try (NewFiles placed = NewFiles.below(cache)) {
      for (String name : folders.keySet().stream().sorted(BY_BYTES.reversed()).toList()) {
        Folder folder = folders.getOrDefault(name, UNTOLD);
        Integer before = merged.get(name);
        modes.put(name, before == null ? made(placed, name, folder) : merged(name, folder, before));
      }
    }
    return modes;
  }

  private int made(NewFiles placed, String name, Folder folder) throws IOException {
    checkpoint.pass();
    OptionalLong mtime =
        folder.mode().isPresent() ? OptionalLong.of(folder.mtime()) : OptionalLong.empty();
    int saved = folder.mode().orElse(UNTOLD_MODE);
    return placed.folder(new EntryName(name), mtime, present -> mode.folder(saved, present));
  }

  private int merged(String name, Folder folder, int before) throws IOException {
    Path place = below(cache, name);
    if (folder.mode().isPresent()) {
      changes.attributes(place, mode.folder(folder.mode().get(), before), folder.mtime());
    } else if ((before & 0700) != 0700) {
      changes.attributes(place, before, Stat.ofPresent(place).mtime());
    }
    return Stat.ofPresent(place).permissions();
  }

  /**
   * The ctime of a file made later than all that was moved in: of what was moved in within the same
   * tick of the clock nobody could tell whether it was changed since. Where ticks are longer than
   * is worth waiting for, it may be the same.
   */
  long watermark() throws IOException {
    checkpoint.pass();
    Path file = staging.resolveSibling("watermark");
    long moved = ctimeOfNew(file);
    for (int wait = 0; wait < LONGEST_TICK; wait++) {
      long now = ctimeOfNew(file);
      if (now > moved) {
        return now;
      }
      pause();
    }
    return moved;
  }

  private static long ctimeOfNew(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file);
    return Stat.ofPresent(file).ctime();
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static Path below(Path root, String name) {
    return name.isEmpty() ? root : new EntryName(name).under(root);
  }
}
