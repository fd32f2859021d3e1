package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.syscall.Stat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  @TempDir Path folder;

  /** Holds a cache path until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      CacheFolder cache = new CacheFolder(Path.of(args[0]));
      try (CacheFolder.FolderHold hold =
          args[1].equals("alone")
              ? cache.holdAlone(Duration.ZERO)
              : cache.holdShared(Duration.ZERO)) {
        System.out.println("held");
        System.in.read();
        if (args[2].equals("leave")) {
          hold.leaveNoTrace();
        }
      }
    }
  }

  private interface While {
    void run(OutputStream end) throws Exception;
  }

  private static void held(Path cache, String how, String end, While meanwhile) throws Exception {
    Process process = ChildProcess.start("C.UTF-8", Holder.class, cache, how, end);
    try (BufferedReader out = process.inputReader();
        OutputStream in = process.getOutputStream()) {
      assertThat(out.readLine()).isEqualTo("held");
      meanwhile.run(in);
    } finally {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      process.destroyForcibly();
    }
  }

  @Test
  void onlyReadersMayHoldACachePathTogether() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    CacheFolder own = new CacheFolder(cache);
    held(
        cache,
        "shared",
        "stay",
        end -> {
          own.holdShared(Duration.ZERO).close();
          assertBusy(() -> own.holdAlone(Duration.ofMillis(120)));
        });
    held(
        cache,
        "alone",
        "stay",
        end -> {
          assertBusy(() -> own.holdShared(Duration.ZERO));
          assertBusy(() -> own.holdAlone(Duration.ZERO));
        });
    own.holdAlone(Duration.ZERO).close();
  }

  @RepeatedTest(10)
  void waitsForTheOtherAndForAFolderThatItTookAway() throws Exception {
    Path cache = folder.resolve("made/cache");
    held(
        cache,
        "alone",
        "leave",
        end -> {
          end.close();
          try (CacheFolder.FolderHold _ =
              new CacheFolder(cache).holdAlone(Duration.ofSeconds(60))) {
            assertBusy(() -> new CacheFolder(cache).holdShared(Duration.ZERO));
            assertThat(cache.resolve(".stepcache/lock")).exists();
          }
        });
  }

  @Test
  void aSecondHoldOfThisProcessCountsAsBusyAndBreaksNoLock() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), cache);
    try (CacheFolder.FolderHold _ = new CacheFolder(cache).holdAlone(Duration.ZERO)) {
      assertBusy(() -> new CacheFolder(cache).holdAlone(Duration.ZERO));
      assertBusy(() -> new CacheFolder(link).holdShared(Duration.ZERO));
      Process other = ChildProcess.start("C.UTF-8", Holder.class, cache, "alone", "stay");
      assertThat(new String(other.getInputStream().readAllBytes())).contains("BusyException");
    }
    new CacheFolder(link).holdShared(Duration.ZERO).close();
  }

  private interface Holding {
    CacheFolder.FolderHold hold() throws IOException;
  }

  private static void assertBusy(Holding holding) {
    assertThatThrownBy(holding::hold)
        .isInstanceOf(BusyException.class)
        .hasMessageContaining("another step");
  }

  @Test
  void makesThePathOpenToAllAndTakesItAwayAgain() throws Exception {
    Path cache = folder.resolve("a/b/cache");
    try (CacheFolder.FolderHold hold = new CacheFolder(cache).holdAlone(Duration.ZERO)) {
      assertThat(Stat.ofPresent(cache).permissions()).isEqualTo(0777);
      assertThat(Stat.ofPresent(cache.resolve(".stepcache")).permissions()).isEqualTo(0777);
      assertThat(Stat.ofPresent(cache.resolve(".stepcache/lock")).permissions()).isEqualTo(0666);
      hold.stage(RestoreMode.SHARED).close();
      hold.leaveNoTrace();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void takesAwayOnlyWhatItMadeAndOnlyWhileEmpty() throws Exception {
    Path parent = Files.createDirectory(folder.resolve("a"));
    try (CacheFolder.FolderHold hold =
        new CacheFolder(parent.resolve("b/cache")).holdAlone(Duration.ZERO)) {
      Files.writeString(parent.resolve("b/mine"), "");
      hold.leaveNoTrace();
    }
    assertThat(TreeSnapshot.of(folder).keySet()).containsExactly("a", "a/b", "a/b/mine");

    CacheFolder cache = new CacheFolder(parent);
    try (CacheFolder.FolderHold hold = cache.holdAlone(Duration.ZERO)) {
      Files.writeString(cache.ours("index"), "");
      hold.leaveNoTrace();
    }
    assertThat(cache.ours("lock")).exists();

    try (CacheFolder.FolderHold hold = cache.holdAlone(Duration.ZERO)) {
      hold.leaveNoTrace();
    }
    assertThat(cache.ours("index")).exists();
  }

  @Test
  void removesWhatKilledRestoresStaged() throws Exception {
    CacheFolder cache = new CacheFolder(folder);
    try (CacheFolder.FolderHold hold = cache.holdAlone(Duration.ZERO)) {
      StagedTree.file(hold.stage(RestoreMode.SHARED), "a/b", "x");
    }
    cache.holdAlone(Duration.ZERO).close();

    assertThat(folder.resolve(".stepcache")).isDirectoryNotContaining("glob:**/staging-*");
  }

  @Test
  void onlyAHoldAloneMayRestore() throws Exception {
    try (CacheFolder.FolderHold hold = new CacheFolder(folder).holdShared(Duration.ZERO)) {
      assertThatThrownBy(() -> hold.stage(RestoreMode.SHARED))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusesAFileALinkInOurPlaceAndForReadersWhatIsNotThere() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new CacheFolder(file).holdAlone(Duration.ZERO))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> new CacheFolder(folder.resolve("none")).holdShared(Duration.ZERO))
        .isInstanceOf(NoSuchFileException.class);

    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(cache.resolve(".stepcache"), outside);
    assertThatThrownBy(() -> new CacheFolder(cache).holdAlone(Duration.ZERO))
        .isInstanceOf(NotDirectoryException.class);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void replacesALockThatIsALinkOrAFifo() throws Exception {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
    for (String kind : List.of("link", "fifo", "folder")) {
      Path cache = Files.createDirectories(folder.resolve(kind));
      Path lock = Files.createDirectory(cache.resolve(".stepcache")).resolve("lock");
      switch (kind) {
        case "link" -> Files.createSymbolicLink(lock, elsewhere);
        case "folder" -> Files.createDirectory(lock);
        default ->
            assertThat(new ProcessBuilder("mkfifo", lock.toString()).start().waitFor()).isZero();
      }

      new CacheFolder(cache).holdShared(Duration.ZERO).close();
      new CacheFolder(cache).holdAlone(Duration.ZERO).close();

      assertThat(Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
    assertThat(elsewhere).hasContent("mine");
  }

  @Test
  void refusesToReadWhereOurFolderIsALinkOrAFile() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    for (String kind : List.of("link", "file")) {
      Path cache = Files.createDirectories(folder.resolve(kind));
      Path ours = cache.resolve(".stepcache");
      if (kind.equals("link")) {
        Files.createSymbolicLink(ours, elsewhere);
      } else {
        Files.createFile(ours);
      }

      assertThatThrownBy(() -> new CacheFolder(cache).holdShared(Duration.ZERO))
          .isInstanceOf(NotDirectoryException.class);
    }
    assertThat(elsewhere).isEmptyDirectory();
  }
}
