package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.key.Excludes;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.SomeNames;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.ChildProcess;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an upload leaves out, and when it rather saves nothing. */
class SelectionTest extends OddTree {
  @AfterEach
  void open() throws Exception {
    new ProcessBuilder("chmod", "-R", "u+rwx", folder.toString()).start().waitFor();
  }

  private Set<String> saved() throws IOException {
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    return TreeSnapshot.of(restored).keySet();
  }

  @Test
  void countsAndNamesWhatIsExcluded() throws IOException {
    for (String name : List.of("tmp/a", "tmp/b", "logs/1.log", "logs/2.log", "kept")) {
      write(name, "x");
    }
    bench.rules =
        new SaveRules(1L << 40, false, false, Excludes.parse(List.of("/tmp", "*.log")), false);

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(bench.events)
        .filteredOn(CacheEvent.Excluded.class::isInstance)
        .singleElement()
        .isEqualTo(
            new CacheEvent.Excluded(
                3, new SomeNames(List.of("logs/1.log", "logs/2.log", "tmp"), 0)));
    assertThat(saved()).contains("kept").doesNotContain("tmp", "logs/1.log");
  }

  @Test
  void saysWhichTimesAnImageCannotHold() throws Exception {
    write("late", "x");
    write("soon", "x");
    // Not all file systems keep such a time.
    new ProcessBuilder("touch", "-d", "2300-01-01T00:00:00Z", tree.resolve("late").toString())
        .start()
        .waitFor();
    assumeTrue(
        Files.getLastModifiedTime(tree.resolve("late"))
            .toInstant()
            .isAfter(Instant.parse("2299-01-01T00:00:00Z")));

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(bench.notices())
        .singleElement()
        .asString()
        .startsWith("1 file with a time before 1677 or after 2262")
        .endsWith(": late");
    assertThat(bench.upload(tree, UploadRequest.When.CHANGED, Optional.empty()).reason())
        .isEqualTo(Reason.UNCHANGED);
  }

  @Test
  void saysNothingOfExcludesThatKeptNothingOut() throws IOException {
    write("kept", "x");
    bench.rules = new SaveRules(1L << 40, false, false, Excludes.parse(List.of("/tmp")), false);

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(bench.events).noneMatch(CacheEvent.Excluded.class::isInstance);
  }

  @Test
  void leavesOutAndNamesCredentialsAtTheTopTwoLevels() throws IOException {
    List<String> secrets =
        List.of(
            "settings.xml",
            "settings-security.xml",
            ".m2/settings.xml",
            "credentials",
            ".aws/credentials",
            ".cargo/credentials.toml",
            ".npmrc",
            ".netrc",
            ".pypirc",
            ".git-credentials",
            ".docker/config.json",
            "home/.docker/config.json");
    List<String> others =
        List.of("a/b/credentials", "a/b/.npmrc", "config.json", "settings.xml.md", "x/config.json");
    for (String name : secrets) {
      write(name, "secret");
    }
    for (String name : others) {
      write(name, "other");
    }
    Files.createDirectories(tree.resolve("mod/credentials"));
    write("mod/credentials/f", "other");
    Files.createSymbolicLink(tree.resolve("a/.netrc"), Path.of("/home/me/.netrc"));
    Files.createLink(tree.resolve("a/b/same"), tree.resolve("credentials"));

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(saved())
        .containsAll(others)
        .contains("mod/credentials/f")
        .doesNotContainAnyElementsOf(secrets)
        .doesNotContain("a/.netrc", "a/b/same");
    assertThat(bench.notices())
        .singleElement()
        .asString()
        .startsWith("left out, for having the names of credentials (INCLUDE_SECRETS")
        .contains(": 13 files: ")
        .contains(".aws/credentials, .cargo/credentials.toml")
        .endsWith(" more");
  }

  @Test
  void keepsCredentialsWhereItIsToldTo() throws IOException {
    write(".npmrc", "secret");
    bench.rules = new SaveRules(1L << 40, true, false);

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(saved()).containsExactly(".npmrc");
    assertThat(bench.notices()).isEmpty();
  }

  @Test
  void publishesNothingButCredentialsNever() throws IOException {
    write(".npmrc", "secret");

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EMPTY);
  }

  private void closeMuch() throws IOException {
    for (int number = 0; number < 7; number++) {
      write("closed" + number, "secret");
      Files.setPosixFilePermissions(
          tree.resolve("closed" + number), PosixFilePermissions.fromString("-wx------"));
    }
    Files.createLink(tree.resolve("linked"), tree.resolve("closed0"));
    write("open", "open");
  }

  @Test
  void namesAllFilesThatCannotBeReadAndPublishesNothing() throws IOException {
    closeMuch();

    String said =
        new ChildProcess("C.UTF-8", "022")
            .thatObeysModes()
            .run(ChildUpload.class, tree, folder.resolve("store"), false);

    assertThat(said)
        .startsWith("UNREADABLE: 7 files or folders cannot be read, or keep changing: closed0")
        .containsPattern(
            "closed4 \\(permission denied to \\d+:\\d+, of \\d+:\\d+, mode 300\\) and 2 more");
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MISS);
  }

  @Test
  void leavesOutWhatCannotBeReadWhereItIsToldTo() throws IOException {
    closeMuch();
    Files.createFile(Path.of(URI.create(tree.toUri() + "bad%FFname")));
    write("closed folder/f", "f");
    Files.setPosixFilePermissions(
        tree.resolve("closed folder"), PosixFilePermissions.fromString("---------"));

    String said =
        new ChildProcess("C.UTF-8", "022")
            .thatObeysModes()
            .run(ChildUpload.class, tree, folder.resolve("store"), true);

    assertThat(said)
        .startsWith("SAVED")
        .contains("9 files or folders cannot be read, and are left out")
        .contains("bad\\xffname (the name is not UTF-8)")
        .containsPattern("closed folder \\(permission denied to \\d+:\\d+, of \\d+:\\d+, mode 0\\)")
        .contains(" and 4 more");
    assertThat(saved()).containsExactly("open");
  }

  /** Does something at each piece that is read; each is read before the next is asked for. */
  private void atEachPiece(Runnable something) {
    bench.listener =
        event -> {
          if (event instanceof CacheEvent.Progress) {
            something.run();
          }
        };
  }

  private static void append(Path file) {
    try {
      Files.writeString(file, "more", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsAgainWhatChangedWhileItWasRead() throws IOException {
    write("f", "f");
    int[] left = {2};
    atEachPiece(() -> {
      if (left[0]-- > 0) {
        append(tree.resolve("f"));
      }
    });

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(saved()).containsExactly("f");
    assertThat(restored.resolve("f")).hasContent("fmoremore");
    assertThat(bench.notices())
        .containsExactly("1 file changed while the cache path was read; scanning again: f");
  }

  @Test
  void neitherPublishesWhatKeepsChangingNorLeavesItOut() throws IOException {
    write("f", "f");
    write("g", "g");
    atEachPiece(() -> append(tree.resolve("f")));

    UploadOutcome outcome = bench.upload(tree);

    assertThat(outcome.reason()).isEqualTo(Reason.UNREADABLE);
    assertThat(outcome.message()).endsWith(": f (keeps changing)");
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MISS);
  }

  @Test
  void leavesOutWhatKeepsChangingWhereItIsToldTo() throws IOException {
    write("f", "f");
    write("g", "g");
    write("h", "h");
    bench.rules = new SaveRules(1L << 40, false, true);
    atEachPiece(() -> {
      append(tree.resolve("f"));
      append(tree.resolve("h"));
    });

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(saved()).containsExactly("g");
    assertThat(bench.notices())
        .last()
        .asString()
        .contains("left out")
        .contains("f (keeps changing), h (keeps changing)");
  }

  @Test
  void leavesOutAndCountsWhatVanishesHoweverOften() throws IOException {
    Deque<Path> passing = new ArrayDeque<>();
    for (int number = 0; number < 30; number++) {
      write("passing" + number, "x");
      passing.addFirst(tree.resolve("passing" + number));
    }
    write("a", "a");
    atEachPiece(() -> {
      if (!passing.isEmpty()) {
        passing.removeLast().toFile().delete();
        passing.removeLast().toFile().delete();
      }
    });

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(saved()).contains("a").hasSizeLessThan(20);
    assertThat(bench.notices())
        .last()
        .asString()
        .contains("files vanished while the cache path was read; left out: passing");
    assertThat(bench.notices()).noneMatch(notice -> notice.contains("scanning again"));
  }
}
