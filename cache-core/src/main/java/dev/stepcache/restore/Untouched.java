package dev.stepcache.restore;

import dev.stepcache.folder.FolderCursor;
import dev.stepcache.folder.NewFileTime;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.journal.Journal;
import dev.stepcache.journal.JournalEntry;
import dev.stepcache.journal.JournalReader;
import dev.stepcache.journal.StagedList;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;

/**
 * What of an unfinished commit nobody has touched since. A file is that if it has the inode, size
 * and time that were staged, and no ctime after the last sign of life of the commit; a folder if it
 * has no later ctime either, and all in it is untouched. In doubt it is the build's.
 */
final class Untouched {
  /** Linux's longest tick of the clock, in nanoseconds. */
  private static final long TICK = 10_000_000;

  private final StagedList.Known known;

  /** The last names that were placed, and given their mode: what they got came after the line. */
  private String lastPlaced = "";

  private String lastFinished = "";

  /** The last sign of life of the commit, a ctime. */
  private long life;

  /** When the rollback began, a ctime: what is later it did itself. */
  private long begin;

  /**
   * @param known what the commit had staged
   */
  Untouched(StagedList.Known known) {
    this.known = known;
  }

  /** Notes a name that was placed; the last one counts. */
  void placed(String name) {
    lastPlaced = name;
  }

  /** Notes a folder that was given its mode; the last one counts. */
  void finished(String name) {
    lastFinished = name;
  }

  /** Finds out how long the commit was at work, and leaves word of it for whoever comes next. */
  void begin(
      JournalReader journal,
      OpenFolder commit,
      OpenFolder displaced,
      FolderCursor staged,
      FaultPoint faultPoint)
      throws IOException {
    if (journal.undo().isPresent()) {
      life = journal.undo().get().life();
      begin = journal.undo().get().begin();
      return;
    }
    life = commit.stat(Journal.FILE).orElseThrow().ctime();
    life = Math.max(life, displaced.stat().ctime());
    try {
      // The folder that the last one was moved out of, which nobody but the commit changes.
      life = Math.max(life, staged.folder(EntryName.parent(lastPlaced)).stat().ctime());
    } catch (NoSuchFileException | NotDirectoryException e) {
      // It was placed itself, and before.
    }
    begin = NewFileTime.later(commit, Journal.bytes("begin"));
    commit.remove(Journal.bytes("begin"));
    try (Journal resumed = Journal.resume(commit, journal.end(), faultPoint)) {
      resumed.write(new JournalEntry.Undo(life, begin));
    } catch (AccessDeniedException e) {
      // Another user's, who did not open it to all: then whoever comes next finds out anew.
    }
  }

  /** Whether a time was set by the commit, or by its rollback. */
  boolean isOurs(long time) {
    return time <= life + TICK || time >= begin;
  }

  /** Whether nobody has touched what has a name, nor anything below it. */
  boolean holds(OpenFolder folder, byte[] component, Stat stat, String path) throws IOException {
    boolean last = path.equals(lastPlaced) || path.equals(lastFinished);
    boolean timely = stat.ctime() <= (last ? life + TICK : life);
    if (!stat.isFolder()) {
      // Taking away another name of a file moves its ctime.
      return (timely || (stat.links() > 1 && stat.ctime() >= begin)) && known.has(stat);
    }
    if (!timely && stat.ctime() < begin) {
      return false;
    }
    try (OpenFolder below = folder.folder(component)) {
      below.openToOwner();
      for (List<byte[]> some = below.names(); !some.isEmpty(); some = below.names()) {
        for (byte[] child : some) {
          Optional<Stat> there = below.stat(child);
          Optional<String> text = FileNames.text(child);
          if (there.isEmpty()
              || text.isEmpty()
              || !holds(below, child, there.get(), path + '/' + text.get())) {
            return false;
          }
        }
      }
      return true;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }
}
