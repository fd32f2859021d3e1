package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.SystemProperty;
import dev.stepcache.folder.Deletion;
import dev.stepcache.journal.FaultPoint;
import dev.stepcache.syscall.SystemCalls;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a commit that was killed, with a build that goes on after it. */
@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@Tag("slow")
class InterruptedRestoreTest {
  @TempDir Path folder;
  @Parameter String files;
  private SystemProperty chosen;

  @BeforeEach
  void choose() {
    chosen = SystemProperty.set(SystemCalls.PROPERTY, files);
  }

  @AfterEach
  void open() throws IOException {
    chosen.close();
    Deletion.ofChildren(folder);
  }

  private static boolean killed(Path cache, FaultPoint faultPoint) throws IOException {
    try (CacheFolder.FolderHold hold =
        new CacheFolder(cache, faultPoint).holdAlone(Duration.ZERO)) {
      Staging staging = hold.stage(RestoreMode.PRESERVE);
      MergedTree.stage(staging);
      staging.commit();
      return false;
    } catch (Countdown.Killed e) {
      return true;
    }
  }

  private Path killedAt(int at) throws IOException {
    Path cache = MergedTree.before(folder.resolve("cache" + at));
    assertThat(killed(cache, new Countdown(at, true))).isTrue();
    return cache;
  }

  private static void recover(Path cache) throws IOException {
    new CacheFolder(cache).holdAlone(Duration.ZERO).close();
  }

  /** A build that writes, moves and removes whatever of the two trees it finds. */
  private static final class Build {
    private final Path cache;
    private final Set<String> wrote = new TreeSet<>();
    private final Set<String> removed = new TreeSet<>();

    Build(Path cache) {
      this.cache = cache;
    }

    void goesOn() throws Exception {
      // The next process takes longer to start than a tick of the clock.
      Thread.sleep(15);
      write("merged/replaced", "built");
      write("merged/new/a/own", "built");
      write("all/new/own/deep/f", "built");
      write("merged/deep/er/own", "built");
      rewriteWithItsTimeAndSize("merged/deep/er/new");
      move("merged/new/a/b", "merged/new/moved");
      remove("closed/replaced");
      remove("all/new/f");
      remove("becomes-link");
      if (Files.isRegularFile(cache.resolve("becomes-folder/f"))) {
        link("becomes-folder/f", "becomes-folder/second");
      }
      write("becomes-file", "built");
    }

    private void write(String name, String content) throws IOException {
      Path file = cache.resolve(name);
      Path parent = file.getParent();
      if (Files.isDirectory(file) || !Files.isDirectory(parent.getParent())) {
        return;
      }
      Files.createDirectories(parent);
      Files.writeString(file, content);
      wrote.add(name);
    }

    private void rewriteWithItsTimeAndSize(String name) throws IOException {
      Path file = cache.resolve(name);
      if (Files.isRegularFile(file)) {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "XYZ", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(file, time);
        wrote.add(name);
      }
    }

    private void move(String from, String to) throws IOException {
      if (Files.exists(cache.resolve(from))) {
        Files.move(cache.resolve(from), cache.resolve(to));
        removed.add(from);
        wrote.add(to);
      }
    }

    private void link(String existing, String name) throws IOException {
      Files.createLink(cache.resolve(name), cache.resolve(existing));
      wrote.add(existing);
      wrote.add(name);
    }

    private void remove(String name) throws IOException {
      if (Files.deleteIfExists(cache.resolve(name))) {
        removed.add(name);
      }
    }
  }

  @Test
  void whatABuildWroteMovedAndRemovedAfterAKillAtAnyChangeStaysSo() throws Exception {
    int kept = 0;
    for (int at = 0; ; at++) {
      Path cache = MergedTree.before(folder.resolve("cache" + at));
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
      if (!killed(cache, new Countdown(at, true))) {
        assertThat(at).as("changes tried").isGreaterThan(60);
        assertThat(kept).isGreaterThan(at);
        return;
      }
      Build build = new Build(cache);
      build.goesOn();
      SortedMap<String, TreeSnapshot.Entry> built = TreeSnapshot.of(cache);

      if (at % 3 == 0) {
        recover(cache);
      } else {
        recoverThoughKilled(cache);
      }

      SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(cache);
      for (String name : build.wrote) {
        kept++;
        assertThat(built).as("kill at %s", at).containsKey(name);
        assertThat(after).as("kill at %s", at).containsKey(name);
        assertThat(untied(after.get(name)))
            .as("%s, kill at %s", name, at)
            .isEqualTo(untied(built.get(name)));
      }
      assertThat(after.keySet()).as("kill at %s", at).doesNotContainAnyElementsOf(build.removed);
      // All else is as before the fetch; of folders those that the build works in may stay.
      for (Map.Entry<String, TreeSnapshot.Entry> entry : before.entrySet()) {
        String name = entry.getKey();
        boolean builds =
            build.wrote.contains(name)
                || build.removed.contains(name)
                || build.wrote.stream().anyMatch(own -> name.startsWith(own + "/"));
        boolean displacedByTheBuild = name.startsWith("becomes-") && after.get(name) != null;
        if (!builds && !entry.getValue().kind().equals("folder") && !displacedByTheBuild) {
          assertThat(after.get(name)).as("%s, kill at %s", name, at).isNotNull();
          assertThat(untied(after.get(name)))
              .as("%s, kill at %s", name, at)
              .isEqualTo(untied(entry.getValue()));
        }
      }
      for (String name : after.keySet()) {
        assertThat(
                before.containsKey(name)
                    || build.wrote.contains(name)
                    || after.get(name).kind().equals("folder"))
            .as("%s is left, kill at %s", name, at)
            .isTrue();
      }
      assertThat(new CacheFolder(cache).isInterrupted()).isFalse();
    }
  }

  private static TreeSnapshot.Entry untied(TreeSnapshot.Entry entry) {
    return new TreeSnapshot.Entry(entry.kind(), entry.content(), entry.mode(), entry.mtime(), "");
  }

  /** Is killed at its first change, then at the second, and so on until it comes through. */
  private static void recoverThoughKilled(Path cache) throws IOException {
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
  void aDamagedLineLeavesWhatIsBehindItAsideAndTheNextRestoreWorks() throws Exception {
    for (String junk : List.of("junk\n", "place ../x\n", "\u0000\n", "place a".repeat(20_000))) {
      Path cache = killedAt(40);
      Path journal = cache.resolve(".stepcache/commit/journal");
      List<String> lines = new ArrayList<>(Files.readAllLines(journal));
      int middle = lines.size() / 2;
      Files.writeString(
          journal,
          String.join("\n", lines.subList(0, middle))
              + "\n"
              + junk
              + String.join("\n", lines.subList(middle, lines.size()))
              + "\n");

      List<String> told = new ArrayList<>();
      CacheFolder next = new CacheFolder(cache, List.of(), FaultPoint.OPEN, told::add);
      assertThatThrownBy(() -> next.holdAlone(Duration.ZERO))
          .isInstanceOf(InterruptedRestoreException.class)
          .hasMessageContaining("damaged")
          .hasMessageContaining(".stepcache/aside-");

      assertThat(told).isEmpty();
      assertThat(journal).doesNotExist();
      // Nothing is saved until the next restore has looked.
      assertThatThrownBy(() -> new CacheFolder(cache).holdShared(Duration.ZERO))
          .isInstanceOf(InterruptedRestoreException.class);
      new CacheFolder(cache).recover(Duration.ZERO);
      new CacheFolder(cache).holdShared(Duration.ZERO).close();
      assertThat(killed(cache, FaultPoint.OPEN)).isFalse();
      assertThat(MergedTree.isMerged(TreeSnapshot.of(cache))).isTrue();
      new CacheFolder(cache).holdShared(Duration.ZERO).close();
      Deletion.of(cache);
    }
  }

  @Test
  void whatIsNoJournalOfOursIsMovedAsideAndNotWaitedFor() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("journal"), "safe");
    for (String kind : List.of("link", "fifo", "file", "journal-fifo", "journal-link", "old")) {
      Path cache = MergedTree.before(folder.resolve(kind));
      Path commit = cache.resolve(".stepcache/commit");
      Files.createDirectories(commit.getParent());
      switch (kind) {
        case "link" -> Files.createSymbolicLink(commit, outside);
        case "fifo" -> fifo(commit);
        case "file" -> Files.createFile(commit);
        case "journal-fifo" -> fifo(Files.createDirectory(commit).resolve("journal"));
        case "journal-link" ->
            Files.createSymbolicLink(
                Files.createDirectory(commit).resolve("journal"), outside.resolve("journal"));
        default ->
            Files.writeString(
                Files.createDirectory(commit).resolve("journal"),
                "stepcache-journal-1 staging-0123456789abcdef\nplace x\n");
      }
      assertThatThrownBy(() -> new CacheFolder(cache).holdShared(Duration.ZERO))
          .as(kind)
          .isInstanceOf(InterruptedRestoreException.class);

      assertThatThrownBy(() -> recover(cache))
          .as(kind)
          .isInstanceOf(InterruptedRestoreException.class);

      assertThat(killed(cache, FaultPoint.OPEN)).as(kind).isFalse();
    }
    assertThat(outside.resolve("journal")).hasContent("safe");
  }

  private static void fifo(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isEqualTo(0);
  }

  @Test
  void aLeaderThatIsGoneDoesNotMakeWhatTheBuildWroteUndone() throws Exception {
    Path first = MergedTree.before(folder.resolve("first"));
    Path second = MergedTree.before(folder.resolve("second"));
    Roots roots = new Roots(Map.of("a", first, "b", second));
    int at = 120;
    while (true) {
      Deletion.of(first);
      Deletion.of(second);
      MergedTree.before(first);
      MergedTree.before(second);
      try (CacheFolders.Hold hold =
          new CacheFolders(roots, new Countdown(at++, true)).holdAlone(Duration.ZERO)) {
        Stage stage = hold.stage(RestoreMode.SHARED);
        MergedTree.stage(stage, "a/");
        MergedTree.stage(stage, "b/");
        stage.commit();
        throw new AssertionError("not killed");
      } catch (Countdown.Killed e) {
        if (!Recovery.isNeeded(first) && Recovery.isNeeded(second)) {
          break;
        }
      }
    }
    Thread.sleep(15);
    Files.writeString(second.resolve("merged/replaced"), "built");
    Deletion.of(first);
    Files.createDirectories(first);
    SortedMap<String, TreeSnapshot.Entry> built = new TreeMap<>(TreeSnapshot.of(second));

    assertThatThrownBy(() -> new CacheFolders(roots).holdShared(Duration.ZERO))
        .isInstanceOf(InterruptedRestoreException.class);
    assertThat(TreeSnapshot.of(second)).isEqualTo(built);
    new CacheFolders(roots).holdAlone(Duration.ZERO).close();

    assertThat(second.resolve("merged/replaced")).hasContent("built");
    assertThat(second.resolve("merged/new")).doesNotExist();
  }
}
