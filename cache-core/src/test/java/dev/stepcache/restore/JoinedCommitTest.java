package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.folder.Deletion;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.journal.Journal;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.TreeEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two cache paths that are restored at once. The second is a mount point and another file system
 * where the test is root.
 */
class JoinedCommitTest {
  @TempDir Path folder;
  private Tmpfs tmpfs;

  @BeforeEach
  void mount() throws IOException {
    tmpfs = Tmpfs.at(folder.resolve("second"));
  }

  @AfterEach
  void unmount() throws IOException {
    Deletion.ofChildren(folder.resolve("second"));
    tmpfs.close();
    Deletion.ofChildren(folder);
  }

  /** Two cache paths with the same content. */
  private record Two(Path first, Path second) {
    Roots roots() {
      return new Roots(Map.of("a", first, "b", second));
    }

    SortedMap<String, TreeSnapshot.Entry> snapshot() throws IOException {
      SortedMap<String, TreeSnapshot.Entry> both = new TreeMap<>();
      TreeSnapshot.of(first).forEach((name, entry) -> both.put("a/" + name, entry));
      TreeSnapshot.of(second).forEach((name, entry) -> both.put("b/" + name, entry));
      return both;
    }

    boolean isMerged() throws IOException {
      boolean merged = MergedTree.isMerged(TreeSnapshot.of(first));
      assertThat(MergedTree.isMerged(TreeSnapshot.of(second))).isEqualTo(merged);
      return merged;
    }
  }

  private Two before(String name) throws IOException {
    return new Two(
        MergedTree.before(folder.resolve(name)),
        MergedTree.before(folder.resolve("second").resolve(name)));
  }

  private static void stage(Stage stage) throws IOException {
    for (String name : List.of("a", "b")) {
      MergedTree.stage(stage, name + '/');
    }
  }

  private static Committed commit(Two two, FaultPoint faultPoint) throws IOException {
    try (CacheFolders.Hold hold =
            new CacheFolders(two.roots(), faultPoint).holdAlone(Duration.ZERO);
        Stage stage = hold.stage(RestoreMode.PRESERVE)) {
      stage(stage);
      return stage.commit();
    }
  }

  /** As a process that is killed: what it staged and holds is left to the system. */
  private static boolean killed(Two two, FaultPoint faultPoint) throws IOException {
    try (CacheFolders.Hold hold =
        new CacheFolders(two.roots(), faultPoint).holdAlone(Duration.ZERO)) {
      Stage stage = hold.stage(RestoreMode.PRESERVE);
      stage(stage);
      stage.commit();
      return false;
    } catch (Countdown.Killed e) {
      return true;
    }
  }

  @Test
  void mergesBothAndSaysTheModesOfTheirFolders() throws Exception {
    Two two = before("cache");

    Committed committed = commit(two, FaultPoint.OPEN);

    assertThat(two.isMerged()).isTrue();
    assertThat(committed.folders()).containsKeys("a/merged/deep", "b/merged/deep");
    for (String name : committed.folders().keySet()) {
      Path place = two.roots().path(new EntryName(name));
      assertThat(Stat.ofPresent(place).permissions()).isEqualTo(committed.folders().get(name));
    }
    assertThat(ours(two.first())).containsExactly("lock", "watermark");
    assertThat(ours(two.second())).containsExactly("lock", "watermark");
    for (TreeEntry entry : TreeScan.of(two.roots(), (name, folder) -> false).entries()) {
      if (entry instanceof TreeEntry.FileEntry file && file.mtime() == StagedTree.TIME) {
        assertThat(file.ctime()).isLessThan(committed.watermark());
      }
    }
  }

  @Test
  @Tag("slow")
  void aFailureAtAnyChangeLeavesBothAsTheyWereOrBothWhole() throws Exception {
    int whole = 0;
    for (int at = 0; ; at++) {
      Two two = before("cache" + at);
      SortedMap<String, TreeSnapshot.Entry> before = two.snapshot();
      Countdown countdown = new Countdown(at, false);
      boolean committed = true;
      try {
        commit(two, countdown);
      } catch (IOException e) {
        committed = false;
        assertThat(e).hasMessage("no space left on device").hasNoSuppressedExceptions();
        assertThat(two.snapshot()).as("failure at change %s", at).isEqualTo(before);
      }
      assertThat(two.isMerged()).as("failure at change %s", at).isEqualTo(committed);
      if (!countdown.isOver()) {
        // The participant's journal could not be dropped: the next hold does it.
        assertThat(whole).isEqualTo(1);
        assertThat(at).as("changes tried").isGreaterThan(80);
        return;
      }
      if (committed) {
        whole++;
        new CacheFolders(two.roots()).holdAlone(Duration.ZERO).close();
        assertThat(two.isMerged()).isTrue();
      }
      assertThat(ours(two.first())).isSubsetOf("lock", "watermark");
      assertThat(ours(two.second())).isSubsetOf("lock", "watermark");
    }
  }

  /** Who comes next, and for which of them. */
  enum Next {
    FOR_BOTH,
    FOR_THE_FIRST_THEN_THE_SECOND,
    FOR_THE_SECOND_THEN_THE_FIRST,
    AFTER_A_MISS;

    void recover(Two two, FaultPoint faultPoint) throws IOException {
      CacheFolders both = new CacheFolders(two.roots(), faultPoint);
      CacheFolder first = new CacheFolder(two.first(), faultPoint);
      CacheFolder second = new CacheFolder(two.second(), faultPoint);
      switch (this) {
        case FOR_BOTH -> both.holdAlone(Duration.ZERO).close();
        case FOR_THE_FIRST_THEN_THE_SECOND -> {
          first.holdAlone(Duration.ZERO).close();
          second.holdAlone(Duration.ZERO).close();
        }
        case FOR_THE_SECOND_THEN_THE_FIRST -> {
          second.holdAlone(Duration.ZERO).close();
          first.holdAlone(Duration.ZERO).close();
        }
        case AFTER_A_MISS -> both.recover(Duration.ZERO);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  void aKillAtAnyChangeIsSettledForBothAlikeThoughThatIsItselfKilled(Next next) throws Exception {
    int whole = 0;
    for (int at = 0; ; at++) {
      Two two = before("cache" + at);
      SortedMap<String, TreeSnapshot.Entry> before = two.snapshot();
      if (!killed(two, new Countdown(at, true))) {
        assertThat(at).as("changes tried").isGreaterThan(80);
        assertThat(whole).isEqualTo(1);
        return;
      }

      recover(two, next);

      if (two.isMerged()) {
        whole++;
      } else {
        assertThat(two.snapshot()).as("kill at change %s", at).isEqualTo(before);
      }
      commit(two, FaultPoint.OPEN);
      assertThat(two.isMerged()).isTrue();
      assertThat(ours(two.first())).containsExactly("lock", "watermark");
      assertThat(ours(two.second())).containsExactly("lock", "watermark");
    }
  }

  /** Is killed at its first change, then at the second, and so on until it comes through. */
  private static void recover(Two two, Next next) throws IOException {
    for (int at = 0; ; at++) {
      try {
        next.recover(two, new Countdown(at, true));
        return;
      } catch (Countdown.Killed e) {
        assertThat(at).isLessThan(1000);
      }
    }
  }

  /** The kills between the end of the first journal and that of the second. */
  private Two killedBetween(String name) throws IOException {
    return killedBetween(name, new TreeMap<>());
  }

  /**
   * @param second is filled with what the second cache path was before
   */
  private Two killedBetween(String name, SortedMap<String, TreeSnapshot.Entry> second)
      throws IOException {
    for (int at = 80; ; at++) {
      Two two = before(name + at);
      second.clear();
      second.putAll(TreeSnapshot.of(two.second()));
      assertThat(killed(two, new Countdown(at, true))).isTrue();
      if (!Journal.isIn(commit(two.first())) && Journal.isIn(commit(two.second()))) {
        return two;
      }
    }
  }

  private static Path commit(Path cache) {
    return cache.resolve(".stepcache/commit");
  }

  @Test
  void theLastPathIsFinishedThoughTheFirstIsMountedElsewhereByNow() throws Exception {
    Two two = killedBetween("cache");
    Path moved = Files.move(two.first(), folder.resolve("moved"));

    new CacheFolders(new Roots(Map.of("a", moved, "b", two.second())))
        .holdAlone(Duration.ZERO)
        .close();

    assertThat(new Two(moved, two.second()).isMerged()).isTrue();
  }

  @Test
  void aPathWhoseFirstIsGoneIsUndone() throws Exception {
    SortedMap<String, TreeSnapshot.Entry> before = new TreeMap<>();
    Two two = killedBetween("cache", before);
    Deletion.of(two.first());

    new CacheFolder(two.second()).holdAlone(Duration.ZERO).close();

    assertThat(TreeSnapshot.of(two.second())).isEqualTo(before);
    assertThat(two.first()).doesNotExist();
  }

  @Test
  void whatWasDisplacedIsGivenUpBeforeTheLastPathIsAskedFor() throws Exception {
    Two two = killedBetween("cache");

    new CacheFolder(two.first()).holdAlone(Duration.ZERO).close();

    try (Stream<Path> all = Files.walk(two.first().resolve(".stepcache"))) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .contains("journal")
          .doesNotContain("displaced");
    }
  }

  /** Commits, and stands still before one of its changes. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
      int[] left = {Integer.parseInt(args[2])};
      commit(
          new Two(Path.of(args[0]), Path.of(args[1])),
          () -> {
            if (left[0]-- == 0) {
              System.out.println("standing still");
              try {
                Thread.sleep(Duration.ofHours(1));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
          });
    }
  }

  @Test
  void whatAKilledProcessLeftIsSettledForBothAlike() throws Exception {
    int[] changes = {0};
    commit(before("counted"), () -> changes[0]++);
    int last = changes[0] - 1;
    for (int at : new int[] {20, last / 2 + 5, last - 1, last}) {
      Two two = before("cache" + at);
      SortedMap<String, TreeSnapshot.Entry> before = two.snapshot();
      Process process = ChildProcess.start("C.UTF-8", Main.class, two.first(), two.second(), at);
      try (BufferedReader out = process.inputReader()) {
        assertThat(out.readLine()).isEqualTo("standing still");
        process.destroyForcibly().waitFor();
      }

      new CacheFolders(two.roots()).holdAlone(Duration.ZERO).close();

      // The last change is the end of the participant's journal: all was whole before it.
      assertThat(two.isMerged()).as("killed at change %s", at).isEqualTo(at == last);
      if (at < last) {
        assertThat(two.snapshot()).as("killed at change %s", at).isEqualTo(before);
      }
    }
  }

  private static List<String> ours(Path cache) throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve(".stepcache"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
