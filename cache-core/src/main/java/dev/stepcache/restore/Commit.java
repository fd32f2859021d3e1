package dev.stepcache.restore;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.FolderCursor;
import dev.stepcache.folder.NewFileTime;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.CommitRole;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.journal.Journal;
import dev.stepcache.journal.JournalEntry;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Merges a staged tree into a cache path: all of it, or, after undoing, nothing. */
final class Commit {
  /** Implicit folders of a tree that says nothing of their modes. */
  private static final int UNTOLD_MODE = 0755;

  static final Folder UNTOLD = new Folder(Optional.empty(), 0, Optional.empty());

  private static final Comparator<String> BY_BYTES = EntryName::compare;

  private static final int OWNER = 0700;
  private static final byte[] WATERMARK = Journal.bytes("watermark");

  private final Path cache;
  private final String staging;
  private final RestoreMode mode;
  private final Map<String, Folder> folders;
  private final FaultPoint faultPoint;

  /** The folders that were there, and their modes. */
  private final Map<String, Integer> merged = new HashMap<>();

  private int displaced;

  /** The folders that were moved in themselves: no more is relied on their times. */
  private final Set<String> placed = new HashSet<>();

  /**
   * A folder that was staged; its mode and time, if they were told.
   *
   * @param modeOnDisk its mode, if it was given mode and time while it was staged
   */
  record Folder(Optional<Integer> mode, long mtime, Optional<Integer> modeOnDisk) {}

  Commit(
      Path cache,
      String staging,
      RestoreMode mode,
      Map<String, Folder> folders,
      FaultPoint faultPoint) {
    this.cache = cache;
    this.staging = staging;
    this.mode = mode;
    this.folders = folders;
    this.faultPoint = faultPoint;
  }

  Committed run() throws IOException {
    Committed committed;
    // An Error is not answered: what the process cannot do any more the next hold does.
    try {
      Map<String, Integer> modes = apply(Optional.empty());
      committed = new Committed(watermark(), modes);
    } catch (IOException | RuntimeException e) {
      undo(e);
      throw e;
    }
    try (OpenFolder ours = ours()) {
      // The end of the journal is what makes the commit one that is not undone.
      Recovery.retire(ours, faultPoint);
    } catch (IOException | RuntimeException e) {
      undo(e);
      throw e;
    }
    return committed;
  }

  private OpenFolder ours() throws IOException {
    try (OpenFolder open = OpenFolder.of(cache)) {
      return open.folder(Journal.bytes(OwnFolder.NAME));
    }
  }

  /**
   * As one of several: all but the end.
   *
   * @return the modes that the folders have then
   */
  Map<String, Integer> applyAs(CommitRole role) throws IOException {
    return apply(Optional.of(role));
  }

  private Map<String, Integer> apply(Optional<CommitRole> role) throws IOException {
    try (OpenFolder ours = ours();
        Journal journal = Journal.begin(ours, staging, role, faultPoint);
        FolderCursor staged = new FolderCursor(ours.folder(Journal.bytes(staging)));
        FolderCursor target = new FolderCursor(OpenFolder.of(cache));
        OpenFolder commit = ours.folder(Journal.bytes(Journal.COMMIT));
        OpenFolder displaced = commit.folder(Journal.DISPLACED)) {
      Deque<String> left = new ArrayDeque<>();
      left.push("");
      while (!left.isEmpty()) {
        String folder = left.pop();
        merge(journal, folder, staged.folder(folder), target.folder(folder), displaced, left);
      }
      return finishFolders(journal, target);
    }
  }

  /** The role of a coordinator. */
  CommitRole asCoordinatorOf(List<Commit> participants) {
    return new CommitRole.Coordinator(
        participants.stream().map(participant -> participant.cache).toList());
  }

  /** The role of those that take part in this one. */
  CommitRole ofParticipants() {
    return new CommitRole.Participant(staging, cache);
  }

  /** Ends a coordinator, and so makes it final, and all that follow it. */
  void finish() throws IOException {
    try (OpenFolder ours = ours()) {
      faultPoint.pass();
      ours.rename(
          Journal.bytes(Journal.COMMIT), ours, Journal.bytes(CommittedMarker.name(staging)));
    }
  }

  /**
   * Ends a participant of a coordinator that is finished; false where that is left to the next
   * hold.
   */
  boolean retire() {
    try (OpenFolder ours = ours()) {
      Recovery.retire(ours, faultPoint);
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Removes what a coordinator left.
   *
   * @param all whether none of the participants has to ask for it any more
   */
  void dropMarker(boolean all) {
    String finished = CommittedMarker.name(staging);
    try (OpenFolder ours = ours()) {
      if (all) {
        Deletion.quietly(ours, finished);
      } else {
        CommittedMarker.empty(ours, finished);
      }
    } catch (IOException e) {
      // The next hold removes it.
    }
  }

  void undo(Exception cause) {
    try {
      Recovery.undo(cache, faultPoint);
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Moves in what a staged folder holds; what is a folder on both sides is left, to be merged next.
   */
  private void merge(
      Journal journal,
      String folder,
      OpenFolder staged,
      OpenFolder target,
      OpenFolder displaced,
      Deque<String> left)
      throws IOException {
    Stat before = target.stat();
    merged.put(folder, before.permissions());
    journal.write(new JournalEntry.Merge(before.permissions(), before.mtime(), folder));
    target.openToOwner();
    boolean first = true;
    // Again, since a listing need not show all of a folder that changes meanwhile.
    for (boolean moved = true; moved; first = false) {
      moved = false;
      staged.rewind();
      for (List<byte[]> some = staged.names(); !some.isEmpty(); some = staged.names()) {
        for (byte[] component : some) {
          String last = FileNames.text(component).orElseThrow();
          String name = folder.isEmpty() ? last : folder + '/' + last;
          Optional<Stat> there = target.stat(component);
          if (there.isPresent() && there.get().isFolder() && folders.containsKey(name)) {
            if (first) {
              left.push(name);
            }
            continue;
          }
          if (there.isPresent()) {
            displace(journal, name, component, there.get(), target, displaced);
          }
          journal.write(new JournalEntry.Place(name));
          faultPoint.pass();
          staged.rename(component, target, component);
          if (folders.containsKey(name)) {
            placed.add(name);
          }
          moved = true;
        }
      }
    }
  }

  private void displace(
      Journal journal,
      String name,
      byte[] component,
      Stat there,
      OpenFolder target,
      OpenFolder displaced)
      throws IOException {
    int number = this.displaced++;
    journal.write(new JournalEntry.Displace(number, there.permissions(), name));
    if (there.isFolder()) {
      try (OpenFolder folder = target.folder(component)) {
        folder.openToOwner();
      }
    }
    faultPoint.pass();
    target.rename(component, displaced, Journal.bytes(Integer.toString(number)));
  }

  /**
   * Gives the folders their modes and times, as far as they have them not yet, the deepest first: a
   * mode may close what is below.
   *
   * @return the modes that they have then
   */
  private Map<String, Integer> finishFolders(Journal journal, FolderCursor target)
      throws IOException {
    Map<String, Integer> modes = HashMap.newHashMap(folders.size());
    List<String> left = new ArrayList<>();
    folders.forEach((name, folder) -> {
      if (folder.modeOnDisk().isEmpty() || placed.contains(name) || merged.containsKey(name)) {
        left.add(name);
      } else {
        modes.put(name, folder.modeOnDisk().get());
      }
    });
    left.sort(BY_BYTES.reversed());
    for (String name : left) {
      Folder folder = folders.getOrDefault(name, UNTOLD);
      Optional<Integer> before = Optional.ofNullable(merged.get(name));
      journal.write(new JournalEntry.Finish(name));
      OpenFolder open = target.folder(name);
      faultPoint.pass();
      modes.put(name, before.isEmpty() ? made(open, folder) : merged(open, folder, before.get()));
    }
    return modes;
  }

  private int made(OpenFolder open, Folder folder) throws IOException {
    int modeOnDisk = open.stat().permissions();
    if (folder.mode().isPresent()) {
      open.time(folder.mtime());
    }
    return changed(open, modeOnDisk, mode.folder(folder.mode().orElse(UNTOLD_MODE), modeOnDisk));
  }

  /**
   * Gives a folder that is still staged its mode and time.
   *
   * @return the mode that it has then; empty where that would close it, and nothing was done
   */
  static Optional<Integer> finishAhead(OpenFolder open, RestoreMode mode, int saved, long mtime)
      throws IOException {
    int modeOnDisk = open.stat().permissions();
    int wanted = mode.folder(saved, modeOnDisk);
    if ((wanted & OWNER) != OWNER) {
      return Optional.empty();
    }
    open.time(mtime);
    return Optional.of(changed(open, modeOnDisk, wanted));
  }

  private static int changed(OpenFolder open, int modeOnDisk, int wanted) throws IOException {
    if (wanted == modeOnDisk) {
      return modeOnDisk;
    }
    open.mode(wanted);
    return open.stat().permissions();
  }

  /** It may be another user's, who is the only one to set mode and time: then they stay. */
  private int merged(OpenFolder open, Folder folder, int before) throws IOException {
    try {
      if (folder.mode().isPresent()) {
        open.time(folder.mtime());
        open.mode(mode.folder(folder.mode().get(), before));
      } else if ((before & OWNER) != OWNER) {
        open.mode(before);
      }
    } catch (FileSystemException e) {
      // If the folder's file system were in trouble, the renames would tell.
    }
    return open.stat().permissions();
  }

  /**
   * The ctime of a file made later than all that was moved in: of what was moved in within the same
   * tick of the clock nobody could tell whether it was changed since. Where ticks are longer than
   * is worth waiting for, it may be the same.
   */
  long watermark() throws IOException {
    faultPoint.pass();
    try (OpenFolder ours = ours()) {
      return NewFileTime.later(ours, WATERMARK);
    }
  }
}
