package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.SystemProperty;
import dev.stepcache.folder.Deletion;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.syscall.Stat;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class CommitTest {
  @TempDir Path folder;

  @AfterEach
  void open() throws IOException {
    Deletion.ofChildren(folder);
  }

  private static long commit(Path cache, FaultPoint faultPoint, RestoreMode mode)
      throws IOException {
    try (CacheFolder.FolderHold hold = new CacheFolder(cache, faultPoint).holdAlone(Duration.ZERO);
        Staging staging = hold.stage(mode)) {
      MergedTree.stage(staging);
      return staging.commit().watermark();
    }
  }

  @Test
  void saysTheModesThatTheFoldersHaveThen() throws Exception {
    for (RestoreMode mode : RestoreMode.values()) {
      for (String files : List.of("calls", "plain")) {
        Path cache = MergedTree.before(folder.resolve(mode + files));
        Committed committed;
        try (SystemProperty _ = SystemProperty.set(SystemCalls.PROPERTY, files);
            CacheFolder.FolderHold hold = new CacheFolder(cache).holdAlone(Duration.ZERO);
            Staging staging = hold.stage(mode)) {
          MergedTree.stage(staging);
          committed = staging.commit();
        }

        assertThat(committed.folders()).isNotEmpty();
        committed
            .folders()
            .forEach((name, present) ->
                assertThat(octal(cache.resolve(name))).as(name).isEqualTo(present));
      }
    }
  }

  @Test
  void foldersThatWereFinishedWhileTheyWereStagedEndLikeAllOthers() throws Exception {
    for (RestoreMode mode : RestoreMode.values()) {
      for (String files : List.of("calls", "plain")) {
        Path late = folder.resolve("late-" + mode + files);
        Path early = folder.resolve("early-" + mode + files);
        try (SystemProperty _ = SystemProperty.set(SystemCalls.PROPERTY, files)) {
          Committed inCommit = commitFolders(late, mode, false);
          Committed ahead = commitFolders(early, mode, true);

          assertThat(ahead.folders()).isEqualTo(inCommit.folders());
          assertThat(TreeSnapshot.of(early)).isEqualTo(TreeSnapshot.of(late));
        }
      }
    }
  }

  /** Some are there before, some are moved in, some lie below these, some are closed by a mode. */
  private static Committed commitFolders(Path cache, RestoreMode mode, boolean ahead)
      throws IOException {
    Files.createDirectories(cache.resolve("there/inner"));
    try (CacheFolder.FolderHold hold = new CacheFolder(cache).holdAlone(Duration.ZERO);
        Staging staging = hold.stage(mode)) {
      List<FolderEntry> folders = new ArrayList<>();
      for (String top : List.of("there", "there/inner", "moved")) {
        folders.add(folder(top, 0750));
        folders.add(folder(top + "/below", 0700));
        folders.add(folder(top + "/below/closed", 0555));
        folders.add(folder(top + "/below/closed/last", 0751));
      }
      for (FolderEntry entry : folders) {
        StagedTree.file(staging, entry.name().value() + "/f", "f");
        staging.folder(entry.name(), entry.mode(), entry.mtime());
      }
      if (ahead) {
        staging.finishFolders(folders);
        Stat below = Stat.ofPresent(staging.root().resolve("moved/below"));
        assertThat(below.mtime()).isEqualTo(folder("moved/below", 0).mtime());
        assertThat(below.permissions()).isEqualTo(mode.folder(0700, 0));
      }
      return staging.commit();
    }
  }

  private static FolderEntry folder(String name, int mode) {
    return new FolderEntry(new EntryName(name), mode, StagedTree.TIME + name.length());
  }

  private static int octal(Path path) {
    try {
      return Stat.ofPresent(path).permissions();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void mergesWhatIsStagedAndKeepsAllElse() throws Exception {
    Path cache = MergedTree.before(folder.resolve("cache"));
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);

    long watermark = commit(cache, FaultPoint.OPEN, RestoreMode.PRESERVE);

    Path alone = folder.resolve("alone");
    commit(alone, FaultPoint.OPEN, RestoreMode.PRESERVE);
    SortedMap<String, TreeSnapshot.Entry> expected = new TreeMap<>(before);
    expected.keySet().removeIf(name -> name.startsWith("becomes-file/"));
    TreeSnapshot.of(alone)
        .forEach((name, entry) -> {
          // Of folders that nothing was said of those that were there keep their mode.
          boolean untold = List.of("merged", "merged/deep/er").contains(name);
          expected.put(name, untold ? before.get(name) : entry);
        });
    expected.replaceAll((name, entry) -> untimed(name, entry));
    SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(cache);
    after.replaceAll((name, entry) -> untimed(name, entry));
    assertThat(after).isEqualTo(expected);
    assertThat(cache.resolve("outside-of-stage/f")).hasContent("safe");
    assertThat(TreeScan.of(cache).entries())
        .filteredOn(entry -> entry.mtime() == StagedTree.TIME)
        .hasSize(11)
        .allSatisfy(entry -> assertThat(ctime(entry)).isLessThan(watermark));
    assertThat(ours(cache)).containsExactly("lock", "watermark");
  }

  private static TreeSnapshot.Entry untimed(String name, TreeSnapshot.Entry entry) {
    boolean told =
        List.of("merged/deep", "closed/inner", "closed", "becomes-folder", "merged/new")
            .contains(name);
    return entry.kind().equals("folder") && !told ? entry.anyTime() : entry;
  }

  private static long ctime(TreeEntry entry) {
    return switch (entry) {
      case TreeEntry.FileEntry file -> file.ctime();
      case TreeEntry.SymlinkEntry link -> link.ctime();
      case TreeEntry.FolderEntry other -> throw new AssertionError(other);
    };
  }

  @Test
  void aFailureAtAnyChangeLeavesAllAsItWas() throws Exception {
    for (int at = 0; ; at++) {
      Path cache = MergedTree.before(folder.resolve("cache" + at));
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
      Countdown countdown = new Countdown(at, false);
      RestoreMode mode = at % 2 == 0 ? RestoreMode.SHARED : RestoreMode.PRESERVE;
      try {
        commit(cache, countdown, mode);
      } catch (IOException e) {
        assertThat(e).hasMessage("no space left on device").hasNoSuppressedExceptions();
      }
      if (!countdown.isOver()) {
        assertThat(MergedTree.isMerged(TreeSnapshot.of(cache))).isTrue();
        assertThat(at).as("changes tried").isGreaterThan(40);
        return;
      }
      assertThat(TreeSnapshot.of(cache)).as("failure at change %s", at).isEqualTo(before);
      assertThat(ours(cache)).isSubsetOf("lock", "watermark");
    }
  }

  @Test
  @Tag("slow")
  void whatCannotBeUndoneIsLeftToTheNextHold() throws Exception {
    for (int at = 4; at < 40; at += 3) {
      for (int undone = 1; undone < 40; undone += 3) {
        Path cache = MergedTree.before(folder.resolve("cache" + at + "-" + undone));
        SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
        Countdown first = new Countdown(at, false);
        Countdown second = new Countdown(at + undone, false);
        FaultPoint both =
            () -> {
              second.pass();
              first.pass();
            };
        assertThatThrownBy(() -> commit(cache, both, RestoreMode.PRESERVE))
            .isInstanceOf(IOException.class);

        new CacheFolder(cache).holdAlone(Duration.ZERO).close();

        assertThat(TreeSnapshot.of(cache)).as("%s, %s", at, undone).isEqualTo(before);
        Deletion.of(cache);
      }
    }
  }

  @Test
  void anInterruptInMidCommitDoesNotKeepItFromItsEnd() throws Exception {
    for (String files : List.of("calls", "plain")) {
      Path cache = MergedTree.before(folder.resolve(files));
      Thread waiting = Thread.currentThread();
      try (SystemProperty _ = SystemProperty.set(SystemCalls.PROPERTY, files)) {
        commit(cache, waiting::interrupt, RestoreMode.SHARED);
      }

      assertThat(Thread.interrupted()).isTrue();
      assertThat(MergedTree.isMerged(TreeSnapshot.of(cache))).isTrue();
      assertThat(ours(cache)).containsExactly("lock", "watermark");
    }
  }

  @Test
  void anInterruptBeforeACommitLeavesAllAsItWas() throws Exception {
    Path cache = MergedTree.before(folder.resolve("cache"));
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
    try (CacheFolder.FolderHold hold = new CacheFolder(cache).holdAlone(Duration.ZERO);
        Staging staging = hold.stage(RestoreMode.SHARED)) {
      MergedTree.stage(staging);
      Thread.currentThread().interrupt();

      assertThatThrownBy(staging::commit).isInstanceOf(IOException.class);

      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(TreeSnapshot.of(cache)).isEqualTo(before);
  }

  @Test
  @Tag("slow")
  void theNextHoldUndoesAKillAtAnyChangeThoughItIsItselfKilled() throws Exception {
    for (int at = 0; ; at++) {
      Path cache = MergedTree.before(folder.resolve("cache" + at));
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
      Countdown countdown = new Countdown(at, true);
      RestoreMode mode = at % 2 == 0 ? RestoreMode.SHARED : RestoreMode.PRESERVE;
      if (!killed(cache, countdown, mode)) {
        assertThat(at).as("changes tried").isGreaterThan(40);
        return;
      }
      recover(cache);
      assertThat(TreeSnapshot.of(cache)).as("kill at change %s", at).isEqualTo(before);
      assertThat(ours(cache)).isSubsetOf("lock", "watermark");
      commit(cache, FaultPoint.OPEN, mode);
      assertThat(MergedTree.isMerged(TreeSnapshot.of(cache))).isTrue();
    }
  }

  private static boolean killed(Path cache, FaultPoint faultPoint, RestoreMode mode)
      throws IOException {
    try (CacheFolder.FolderHold hold =
        new CacheFolder(cache, faultPoint).holdAlone(Duration.ZERO)) {
      Staging staging = hold.stage(mode);
      MergedTree.stage(staging);
      staging.commit();
      return false;
    } catch (Countdown.Killed e) {
      return true;
    }
  }

  /** Is killed at its first change, then at the second, and so on until it comes through. */
  private static void recover(Path cache) throws IOException {
    for (int at = 0; ; at++) {
      try (CacheFolder.FolderHold _ =
          new CacheFolder(cache, new Countdown(at, true)).holdAlone(Duration.ZERO)) {
        return;
      } catch (Countdown.Killed e) {
        assertThat(at).isLessThan(1000);
      }
    }
  }

  @Test
  void aReaderUndoesNothingAndRefusesToRead() throws Exception {
    Path cache = MergedTree.before(folder.resolve("cache"));
    assertThat(killed(cache, new Countdown(30, true), RestoreMode.SHARED)).isTrue();
    SortedMap<String, TreeSnapshot.Entry> half = TreeSnapshot.of(cache);

    assertThatThrownBy(() -> new CacheFolder(cache).holdShared(Duration.ZERO))
        .isInstanceOf(InterruptedRestoreException.class);

    assertThat(TreeSnapshot.of(cache)).isEqualTo(half);
    assertThat(new CacheFolder(cache).isInterrupted()).isTrue();
  }

  @Test
  void recoveringUndoesAKilledCommitAndMakesNothingWhereNothingIsLeft() throws Exception {
    Path cache = MergedTree.before(folder.resolve("cache"));
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
    new CacheFolder(cache).recover(Duration.ZERO);
    assertThat(cache.resolve(".stepcache")).doesNotExist();
    assertThat(killed(cache, new Countdown(30, true), RestoreMode.SHARED)).isTrue();
    assertThat(TreeSnapshot.of(cache)).isNotEqualTo(before);

    new CacheFolder(cache).recover(Duration.ZERO);

    assertThat(TreeSnapshot.of(cache)).isEqualTo(before);
    assertThat(ours(cache)).isSubsetOf("lock", "watermark");
    new CacheFolder(folder.resolve("absent")).recover(Duration.ZERO);
    assertThat(folder.resolve("absent")).doesNotExist();
  }

  @Test
  @Tag("root")
  void aMountPointInTheWayIsAFailureThatIsUndone() throws Exception {
    Path cache = MergedTree.before(folder.resolve("cache"));
    Path mount = Files.createDirectories(cache.resolve("all"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "tmpfs", mount.toString()), "not run: mounting needs root");
    try {
      Files.writeString(mount.resolve("mine"), "kept");
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);

      assertThatThrownBy(() -> commit(cache, FaultPoint.OPEN, RestoreMode.SHARED))
          .isInstanceOf(IOException.class);

      assertThat(TreeSnapshot.of(cache)).isEqualTo(before);
    } finally {
      run("umount", mount.toString());
    }
  }

  @Test
  @Tag("root")
  void theCachePathMayBeAMountPoint() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "tmpfs", cache.toString()), "not run: mounting needs root");
    try {
      MergedTree.before(cache);
      commit(cache, FaultPoint.OPEN, RestoreMode.SHARED);
      assertThat(MergedTree.isMerged(TreeSnapshot.of(cache))).isTrue();
    } finally {
      run("umount", cache.toString());
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  private static List<String> ours(Path cache) throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve(".stepcache"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
