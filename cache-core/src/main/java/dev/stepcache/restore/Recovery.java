package dev.stepcache.restore;

import dev.stepcache.folder.Deletion;
import dev.stepcache.folder.NewFileTime;
import dev.stepcache.folder.NotOursException;
import dev.stepcache.folder.OpenFolder;
import dev.stepcache.journal.CommitRole;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.journal.Journal;
import dev.stepcache.journal.JournalReader;
import dev.stepcache.syscall.Stat;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.FileNames;
import dev.stepcache.tree.OwnFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Puts a cache path in order after processes that were killed; under the lock, alone. */
final class Recovery {
  /**
   * A file that says that a restore was interrupted and could not be undone whole: until the next
   * restore looks, nothing is saved.
   */
  private static final byte[] MARK = Journal.bytes("interrupted");

  private static final int READABLE = 0666;

  /** What could not be undone or removed, out of the way. */
  private static final String ASIDE = "aside-";

  private static final long KEPT = Duration.ofDays(7).toNanos();

  private static final int SHOWN = 5;

  private static final String DAMAGED = "its journal is damaged";

  private final Path path;
  private final OpenFolder cache;
  private final OpenFolder ours;
  private final FaultPoint faultPoint;
  private final Consumer<String> notices;

  private Recovery(
      Path path,
      OpenFolder cache,
      OpenFolder ours,
      FaultPoint faultPoint,
      Consumer<String> notices) {
    this.path = path;
    this.cache = cache;
    this.ours = ours;
    this.faultPoint = faultPoint;
    this.notices = notices;
  }

  /** True while what a commit began is neither finished nor undone. */
  static boolean isNeeded(Path cache) throws IOException {
    Path ours = cache.resolve(OwnFolder.NAME);
    return Stat.isFolder(ours) && Journal.isNeeded(ours);
  }

  /** True as well where the last restore that looked could not undo it whole. */
  static boolean isInterrupted(Path cache) throws IOException {
    Path ours = cache.resolve(OwnFolder.NAME);
    return isNeeded(cache)
        || (Stat.isFolder(ours) && Stat.of(ours.resolve(FileNames.path(MARK))).isPresent());
  }

  /** True if something was staged, by a restore that was killed or by one that is at work. */
  static boolean findsLeftovers(Path cache) throws IOException {
    Path ours = cache.resolve(OwnFolder.NAME);
    return Stat.isFolder(ours)
        && Deletion.children(ours).stream()
            .anyMatch(child -> child.getFileName().toString().startsWith(OwnFolder.STAGING_PREFIX));
  }

  /**
   * @param given all cache paths of the cache, this one among them
   * @throws InterruptedRestoreException when what a killed restore left could not be undone whole
   */
  static void of(Path path, List<Path> given, FaultPoint faultPoint, Consumer<String> notices)
      throws IOException {
    try (OpenFolder cache = OpenFolder.of(path);
        OpenFolder ours = cache.folder(Journal.bytes(OwnFolder.NAME))) {
      new Recovery(path, cache, ours, faultPoint, notices).run(given);
    }
  }

  /** Undoes a commit of this process that has failed; the staging folder is left to its owner. */
  static void undo(Path path, FaultPoint faultPoint) throws IOException {
    try (OpenFolder cache = OpenFolder.of(path);
        OpenFolder ours = cache.folder(Journal.bytes(OwnFolder.NAME))) {
      Optional<Stat> commit = ours.stat(Journal.bytes(Journal.COMMIT));
      if (commit.isEmpty()) {
        return;
      }
      Recovery recovery = new Recovery(path, cache, ours, faultPoint, notice -> {});
      try (OpenFolder open = ours.folder(Journal.bytes(Journal.COMMIT))) {
        recovery.finishOrUndo(open, List.of());
      }
      Deletion.of(ours, Journal.COMMIT);
    }
  }

  private void run(List<Path> given) throws IOException {
    byte[] commit = Journal.bytes(Journal.COMMIT);
    Optional<Stat> stat = ours.stat(commit);
    if (stat.isPresent() && !stat.get().isFolder()) {
      throw interrupted(DAMAGED, List.of());
    }
    if (stat.isPresent()) {
      try (OpenFolder open = ours.folder(commit)) {
        finishOrUndo(open, given);
      }
      // Without a journal it is one of which nothing was done.
      removeOrSetAside(Journal.COMMIT);
    }
    if (ours.stat(MARK).isPresent()) {
      Deletion.of(ours, MARK);
    }
    tidyUp();
  }

  private void finishOrUndo(OpenFolder commit, List<Path> given) throws IOException {
    if (!Journal.isIn(commit)) {
      return;
    }
    String staging;
    boolean damaged;
    boolean finished;
    try (JournalReader journal = JournalReader.open(commit, line -> {})) {
      staging = journal.staging();
      damaged = journal.isDamaged();
      finished =
          !damaged
              && journal.role().orElse(null) instanceof CommitRole.Participant role
              && CommittedMarker.has(role, given);
    } catch (NotOursException e) {
      throw interrupted(DAMAGED, List.of());
    }
    if (!finished && !staging.isEmpty()) {
      rollBack(commit, staging, damaged);
    } else if (damaged) {
      throw interrupted(DAMAGED, List.of());
    }
    retire(ours, faultPoint);
  }

  private void rollBack(OpenFolder commit, String staging, boolean damaged) throws IOException {
    RollbackReport undone;
    try {
      undone = Rollback.of(cache, ours, commit, staging, faultPoint);
    } catch (NoSuchFileException | NotDirectoryException | NotOursException e) {
      throw interrupted(
          damaged ? DAMAGED : "what its journal tells of is not there: " + e.getMessage(),
          List.of());
    }
    tellSetAside(undone);
    if (damaged) {
      throw interrupted(DAMAGED, List.of());
    }
    if (!undone.left().isEmpty()) {
      throw interrupted("this user may not change all of it", undone.left());
    }
    notices.accept(
        "an interrupted restore into "
            + path
            + " was undone"
            + (undone.kept() == 0
                ? ""
                : "; files that were changed since then are left as they are: " + undone.kept()));
  }

  private void tellSetAside(RollbackReport undone) {
    if (!undone.setAside().isEmpty()) {
      notices.accept(
          "other users' folders could not be removed, and were renamed: "
              + some(undone.setAside())
              + ". Remove them as their owner");
    }
  }

  private static String some(List<String> names) {
    return String.join(
            ", ", names.stream().limit(SHOWN).map(name -> Printable.uncut(name)).toList())
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }

  /** Moves away what is left of the commit, so that the next restore begins afresh. */
  private InterruptedRestoreException interrupted(String why, List<String> left)
      throws IOException {
    String aside = unusedAside();
    if (ours.stat(MARK).isEmpty()) {
      ours.create(MARK, READABLE).close();
    }
    faultPoint.pass();
    ours.rename(Journal.bytes(Journal.COMMIT), ours, Journal.bytes(aside));
    return new InterruptedRestoreException(
        "a restore into "
            + path
            + " was interrupted, and cannot be undone whole, since "
            + why
            + (left.isEmpty() ? "" : ": " + some(left))
            + ". What is left of it was moved to "
            + OwnFolder.NAME
            + '/'
            + aside);
  }

  private static String unusedAside() {
    return ASIDE + String.format("%016x", UUID.randomUUID().getMostSignificantBits());
  }

  /** Ends a commit as it now is. */
  static void retire(OpenFolder ours, FaultPoint faultPoint) throws IOException {
    String retired = OwnFolder.newStagingName();
    faultPoint.pass();
    ours.rename(Journal.bytes(Journal.COMMIT), ours, Journal.bytes(retired));
    Deletion.quietly(ours, retired);
  }

  private void tidyUp() throws IOException {
    List<String> names = new ArrayList<>();
    for (List<byte[]> some = ours.names(); !some.isEmpty(); some = ours.names()) {
      some.forEach(name -> FileNames.text(name).ifPresent(names::add));
    }
    for (String name : names) {
      if (name.startsWith(OwnFolder.STAGING_PREFIX)) {
        removeOrSetAside(name);
      } else if (CommittedMarker.isOne(name)) {
        CommittedMarker.empty(ours, name);
      } else if (name.startsWith(ASIDE) && isOld(name)) {
        Deletion.quietly(ours, name);
      }
    }
  }

  /** By the clock of the file system, as all that is compared here. */
  private boolean isOld(String name) throws IOException {
    Optional<Stat> aside = ours.stat(Journal.bytes(name));
    return aside.isPresent()
        && NewFileTime.now(ours, Journal.bytes(OwnFolder.newStagingName())) - aside.get().mtime()
            > KEPT;
  }

  /** What another user staged may only have its name changed: then it is not met again. */
  private void removeOrSetAside(String name) {
    if (Deletion.quietly(ours, name)) {
      return;
    }
    String aside = unusedAside();
    try {
      ours.rename(
          name.getBytes(StandardCharsets.UTF_8), ours, aside.getBytes(StandardCharsets.UTF_8));
      notices.accept(
          "what an interrupted restore staged belongs to another user, and could not be removed: "
              + path
              + '/'
              + OwnFolder.NAME
              + '/'
              + aside);
    } catch (FileSystemException e) {
      // The next restore tries again: it harms nobody.
    } catch (IOException e) {
      // Likewise.
    }
  }
}
