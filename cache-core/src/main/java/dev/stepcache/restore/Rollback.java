package dev.stepcache.restore;

import dev.stepcache.folder.FolderCursor;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.journal.Journal;
import dev.stepcache.journal.JournalEntry;
import dev.stepcache.journal.JournalReader;
import dev.stepcache.journal.StagedList;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Undoes an unfinished commit by its journal, from its last line to its first, and only what nobody
 * has touched since ({@link Untouched}): a build may have gone on after the commit was cut off, and
 * what it wrote, removed or moved stays as it is.
 *
 * <p>Each step looks at what is there, so that the whole may be begun again after it was itself cut
 * off. Whoever undoes holds the lock alone.
 */
final class Rollback implements AutoCloseable {
  private static final int OWNER = 0700;

  private final OpenFolder commit;
  private final OpenFolder undone;
  private final OpenFolder displaced;
  private final FolderCursor cache;
  private final FolderCursor staged;
  private final FaultPoint faultPoint;
  private final RollbackReport result = new RollbackReport();

  /** The folders that were there before, and whether their modes and times are still ours. */
  private final Map<String, Attributes> merged = new HashMap<>();

  private final Untouched untouched;
  private int taken;

  /** What became of the last name that had been placed. */
  private String name = "";

  private Fate fate = Fate.STAGED;

  private record Attributes(boolean mode, boolean time) {}

  private enum Fate {
    /** It had not been placed yet. */
    STAGED,
    /** It was taken away. */
    TAKEN,
    /** The build has removed it, or has something else there. */
    BUILDS
  }

  private Rollback(
      OpenFolder commit,
      FolderCursor cache,
      FolderCursor staged,
      StagedList.Known known,
      FaultPoint faultPoint)
      throws IOException {
    this.commit = commit;
    this.cache = cache;
    this.staged = staged;
    this.untouched = new Untouched(known);
    this.faultPoint = faultPoint;
    this.displaced = commit.folder(Journal.DISPLACED);
    this.undone = commit.folder(Journal.UNDONE);
  }

  /**
   * Undoes what the whole lines of a journal tell.
   *
   * @param ours our folder
   * @throws NoSuchFileException when what the journal needs is not there
   */
  static RollbackReport of(
      OpenFolder cache, OpenFolder ours, OpenFolder commit, String staging, FaultPoint faultPoint)
      throws IOException {
    StagedList.Known known = StagedList.read(ours, staging);
    byte[] name = staging.getBytes(StandardCharsets.UTF_8);
    try (Rollback undoing =
        new Rollback(
            commit,
            new FolderCursor(cache),
            new FolderCursor(ours.folder(name)),
            known,
            faultPoint)) {
      undoing.run();
      return undoing.result;
    }
  }

  private void run() throws IOException {
    List<JournalReader.Line> merges = new ArrayList<>();
    try (JournalReader journal = JournalReader.open(commit, line -> note(line, merges))) {
      untouched.begin(journal, commit, displaced, staged, faultPoint);
      for (JournalReader.Line line : merges) {
        judge(line.entry().name());
      }
      taken = countTaken();
      journal.backwards(this::undo);
    }
  }

  private void note(JournalReader.Line line, List<JournalReader.Line> merges) {
    switch (line.entry()) {
      case JournalEntry.Merge merge -> merges.add(line);
      case JournalEntry.Place(String placed) -> untouched.placed(placed);
      case JournalEntry.Finish(String finished) -> untouched.finished(finished);
      case JournalEntry.Displace displace -> {}
      case JournalEntry.Undo undo -> {}
    }
  }

  private void judge(String folder) throws IOException {
    Optional<OpenFolder> open = find(folder);
    if (open.isPresent()) {
      Stat stat = open.get().stat();
      merged.put(
          folder, new Attributes(untouched.isOurs(stat.ctime()), untouched.isOurs(stat.mtime())));
    }
  }

  private int countTaken() throws IOException {
    int count = 0;
    for (List<byte[]> some = undone.names(); !some.isEmpty(); some = undone.names()) {
      count += some.size();
    }
    return count;
  }

  private void undo(JournalReader.Line line) throws IOException {
    switch (line.entry()) {
      case JournalEntry.Merge(int mode, long mtime, String folder) -> reset(folder, mode, mtime);
      case JournalEntry.Displace(int number, int mode, String displacedName) -> {
        if (!displacedName.equals(name)) {
          fate = Fate.STAGED;
        }
        putBack(Integer.toString(number), displacedName, mode);
        name = "";
      }
      case JournalEntry.Place(String placed) -> {
        name = placed;
        fate = takeAway(placed, Long.toString(line.at()));
      }
      case JournalEntry.Finish finish -> {}
      case JournalEntry.Undo undo -> {}
    }
  }

  private void reset(String folder, int mode, long mtime) throws IOException {
    Optional<OpenFolder> open = find(folder);
    Attributes judged = merged.get(folder);
    if (open.isEmpty() || judged == null) {
      return;
    }
    faultPoint.pass();
    try {
      if (judged.time()) {
        open.get().time(mtime);
      }
      if (judged.mode()) {
        open.get().mode(mode);
      }
    } catch (FileSystemException e) {
      // Another user's, who is the only one to set them.
    }
  }

  private Fate takeAway(String placed, String number) throws IOException {
    byte[] component = component(placed);
    if (undone.stat(number.getBytes(StandardCharsets.UTF_8)).isPresent()) {
      return Fate.TAKEN;
    }
    if (isStaged(placed, component)) {
      return Fate.STAGED;
    }
    Optional<OpenFolder> folder = find(EntryName.parent(placed));
    if (folder.isEmpty()) {
      return Fate.BUILDS;
    }
    Optional<Stat> stat = folder.get().stat(component);
    if (stat.isEmpty()) {
      return Fate.BUILDS;
    }
    if (untouched.holds(folder.get(), component, stat.get(), placed)) {
      return moveAway(folder.get(), component, placed, number) ? Fate.TAKEN : Fate.BUILDS;
    }
    if (stat.get().isFolder()) {
      takeApart(folder.get(), component, placed);
    } else {
      result.keep();
    }
    return Fate.BUILDS;
  }

  private boolean isStaged(String placed, byte[] component) throws IOException {
    try {
      return staged.folder(EntryName.parent(placed)).stat(component).isPresent();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  /** Takes away what nobody has touched, of a folder in which there is something else, too. */
  private void takeApart(OpenFolder above, byte[] component, String path) throws IOException {
    List<byte[]> folders = new ArrayList<>();
    try (OpenFolder folder = above.folder(component)) {
      for (List<byte[]> some = folder.names(); !some.isEmpty(); some = folder.names()) {
        for (byte[] child : some) {
          Optional<Stat> stat = folder.stat(child);
          Optional<String> text = FileNames.text(child);
          if (stat.isEmpty()) {
            continue;
          }
          if (text.isPresent()
              && untouched.holds(folder, child, stat.get(), path + '/' + text.get())) {
            moveAway(folder, child, path + '/' + text.get(), "part-" + taken);
            taken++;
          } else if (stat.get().isFolder()) {
            folders.add(child);
          } else {
            result.keep();
          }
        }
      }
      for (byte[] child : folders) {
        takeApart(folder, child, path + '/' + FileNames.text(child).orElse(""));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Somebody else is at work here.
    }
  }

  private boolean moveAway(OpenFolder folder, byte[] component, String path, String number)
      throws IOException {
    faultPoint.pass();
    try {
      folder.openToOwner();
      folder.rename(component, undone, number.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      // Another user's folder cannot get another parent, but perhaps another name.
      return setAside(folder, component, path, e);
    }
  }

  private boolean setAside(
      OpenFolder folder, byte[] component, String path, FileSystemException why)
      throws IOException {
    String other =
        OwnFolder.SET_ASIDE_PREFIX
            + String.format("%016x", UUID.randomUUID().getMostSignificantBits());
    try {
      folder.rename(component, folder, other.getBytes(StandardCharsets.UTF_8));
    } catch (FileSystemException e) {
      if (!isForbidden(e)) {
        throw why;
      }
      result.left().add(path);
      return false;
    }
    String parent = EntryName.parent(path);
    result.setAside().add(parent.isEmpty() ? other : parent + '/' + other);
    return true;
  }

  private static boolean isForbidden(FileSystemException e) {
    return e instanceof AccessDeniedException || "Operation not permitted".equals(e.getReason());
  }

  private void putBack(String number, String displacedName, int mode) throws IOException {
    byte[] before = number.getBytes(StandardCharsets.UTF_8);
    byte[] component = component(displacedName);
    Optional<OpenFolder> folder = find(EntryName.parent(displacedName));
    if (folder.isEmpty()) {
      return;
    }
    Optional<Stat> there = folder.get().stat(component);
    boolean back = false;
    if (displaced.stat(before).isPresent()) {
      if (there.isPresent() || fate == Fate.BUILDS) {
        return;
      }
      faultPoint.pass();
      folder.get().openToOwner();
      displaced.rename(before, folder.get(), component);
      back = true;
    }
    // To be moved, a folder may have been opened.
    Optional<Stat> now = folder.get().stat(component);
    if (now.isPresent()
        && now.get().isFolder()
        && now.get().permissions() != mode
        && (back || now.get().permissions() == (mode | OWNER))) {
      try (OpenFolder opened = folder.get().folder(component)) {
        opened.mode(mode);
      } catch (FileSystemException e) {
        // Not ours to change.
      }
    }
  }

  /** A folder of the cache path; empty if what leads there is no longer made of folders. */
  private Optional<OpenFolder> find(String folder) throws IOException {
    if (OwnFolder.holds(folder)) {
      return Optional.empty();
    }
    try {
      return Optional.of(cache.folder(folder));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  private static byte[] component(String name) {
    return new EntryName(name).lastComponent().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    displaced.close();
    undone.close();
    staged.close();
    cache.reset();
  }
}
