package dev.stepcache.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyInputsTest {
  @TempDir Path temporary;

  private Path folder() throws IOException {
    return Files.createDirectories(temporary.resolve("source"));
  }

  private void file(String name, String content) throws IOException {
    Path file = folder().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private KeyInputs inputs(String... patterns) throws IOException {
    return new KeyInputs(
        folder(),
        LockFilePatterns.parse(List.of(patterns)),
        Set.of(folder().resolve("go-build-cache")),
        "oci://h/n:{{hash}}",
        Optional.of("linux/amd64"),
        List.of());
  }

  private CacheKey key(String... patterns) throws IOException {
    return inputs(patterns).compute().key();
  }

  @Test
  void isTheGoldenKeyForTheGoldenFiles() throws IOException {
    file("go.mod", "module example.org/x\n");
    file("web/ä.lock", "");
    KeyInputs inputs =
        new KeyInputs(
            folder(),
            LockFilePatterns.parse(List.of("go.mod", "**/*.lock")),
            Set.of(),
            "oci://h/n:{{hash}}",
            Optional.of("linux/amd64"),
            List.of(new KeyExtra("go1.25"), new KeyExtra("")));

    KeyInputs.Computed computed = inputs.compute();

    assertThat(RecipeText.write(computed.recipe())).isEqualTo(golden("recipe.txt"));
    assertThat(computed.key().hex()).isEqualTo(golden("key.txt").strip());
  }

  private static String golden(String name) throws IOException {
    try (var content = KeyInputsTest.class.getResourceAsStream("/golden/key/" + name)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void staysTheSameWhenABuildFillsTheCachePathInsideTheWorkingDirectory() throws IOException {
    file("go.mod", "module x\n");
    CacheKey before = key("**go.mod");

    file("go-build-cache/mod/example.org/go.mod", "module y\n");

    assertThat(key("**go.mod")).isEqualTo(before);
  }

  @Test
  void findsTheCachePathAgainUnderAnotherSpelling() throws IOException {
    file("go.mod", "module x\n");
    file("cache/go.mod", "module y\n");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder());
    KeyInputs inputs =
        new KeyInputs(
            folder(),
            LockFilePatterns.parse(List.of("**go.mod")),
            Set.of(link.resolve("cache")),
            "t",
            Optional.empty(),
            List.of());

    assertThat(inputs.compute().recipe().files())
        .extracting(LockFile::name)
        .containsExactly("go.mod");
  }

  @Test
  void walksAWorkingDirectoryThatIsItselfTheCachePath() throws IOException {
    file("go.mod", "module x\n");
    KeyInputs inputs =
        new KeyInputs(
            folder(),
            LockFilePatterns.parse(List.of("**go.mod")),
            Set.of(folder(), temporary),
            "t",
            Optional.empty(),
            List.of());

    assertThat(inputs.compute().recipe().files()).hasSize(1);
  }

  @Test
  void changesWithNameContentBoundaryPlatformAndExtras() throws IOException {
    file("a.lock", "12");
    file("b.lock", "3");
    KeyInputs base = inputs("*.lock");
    CacheKey key = base.compute().key();

    assertThat(base.compute().key()).isEqualTo(key);
    assertThat(with(base, Optional.empty(), List.of())).isNotEqualTo(key);
    assertThat(with(base, base.platform(), List.of("x"))).isNotEqualTo(key);
    assertThat(with(base, base.platform(), List.of("x", "")))
        .isNotEqualTo(with(base, base.platform(), List.of("", "x")))
        .isNotEqualTo(with(base, base.platform(), List.of("x")));
    file("a.lock", "1");
    file("b.lock", "23");
    assertThat(key("*.lock")).isNotEqualTo(key);
    file("a.lock", "12");
    file("b.lock", "3");
    assertThat(key("*.lock")).isEqualTo(key);
    Files.move(folder().resolve("b.lock"), folder().resolve("c.lock"));
    assertThat(key("*.lock")).isNotEqualTo(key);
  }

  private static CacheKey with(KeyInputs base, Optional<String> platform, List<String> extras)
      throws IOException {
    return new KeyInputs(
            base.workingDirectory(),
            base.patterns(),
            base.neverWalked(),
            base.template(),
            platform,
            extras.stream().map(KeyExtra::new).toList())
        .compute()
        .key();
  }

  @Test
  void doesNotDependOnWhereTheWorkingDirectoryLiesNorOnTheTemplateOrTheOrderOfPatterns()
      throws IOException {
    file("go.mod", "x");
    file("go.sum", "y");
    CacheKey key = key("go.mod", "go.sum");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder());
    KeyInputs moved =
        new KeyInputs(
            link,
            LockFilePatterns.parse(List.of("go.sum", "**go.mod")),
            Set.of(),
            "oci://other/n:{{hash}}",
            Optional.of("linux/amd64"),
            List.of());

    assertThat(moved.compute().key()).isEqualTo(key);
  }

  @Test
  void ordersNamesByTheirBytes() throws IOException {
    // As UTF-16, the surrogates of the second would come first.
    file("\uff5e.lock", "");
    file("\ud83d\ude00.lock", "");
    file("Z.lock", "");
    file("a.lock", "");

    assertThat(inputs("*.lock").compute().recipe().files())
        .extracting(LockFile::name)
        .containsExactly("Z.lock", "a.lock", "\uff5e.lock", "\ud83d\ude00.lock");
  }

  @Test
  void readsLinksToFilesInsideTheWorkingDirectory() throws IOException {
    file("real/go.mod", "module x\n");
    Files.createSymbolicLink(folder().resolve("go.mod"), Path.of("real/go.mod"));
    Files.createSymbolicLink(folder().resolve("linked"), Path.of("real"));

    List<LockFile> files = inputs("**go.mod").compute().recipe().files();

    assertThat(files).extracting(LockFile::name).containsExactly("go.mod", "real/go.mod");
    assertThat(files.getFirst().sha256()).isEqualTo(files.getLast().sha256());
  }

  @Test
  void passesOverAMatchingLinkThatLeavesTheWorkingDirectoryOrLeadsNowhere() throws IOException {
    file("go.sum", "");
    Path outside = Files.writeString(temporary.resolve("outside"), "secret");
    Path link = Files.createSymbolicLink(folder().resolve("go.mod"), outside);

    assertThat(passedOver("go.*")).contains("'go.mod'", "out of the working directory");

    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("nowhere"));
    assertThat(passedOver("go.*")).contains("'go.mod'", "leads nowhere");

    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("go.mod"));
    assertThat(passedOver("go.*")).contains("'go.mod'", "leads nowhere");
  }

  @Test
  void passesOverAMatchThatIsAFifo() throws Exception {
    file("go.sum", "");
    new ProcessBuilder("mkfifo", folder().resolve("go.mod").toString()).start().waitFor();

    assertThat(passedOver("go.*")).contains("'go.mod'", "no regular file");
  }

  /** The one thing that is said; the key is that of go.sum alone. */
  private String passedOver(String... patterns) throws IOException {
    KeyInputs.Computed computed = inputs(patterns).compute();
    assertThat(computed.key()).isEqualTo(key("go.sum"));
    assertThat(computed.passedOver()).hasSize(1);
    return computed.passedOver().getFirst();
  }

  @Test
  void passesOverAFolderThatCannotBeReadAndNamesAFileThatCannot() throws IOException {
    file("go.sum", "");
    file("closed/go.mod", "");
    Path closed = folder().resolve("closed");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      Assumptions.assumeFalse(Files.isReadable(closed), "root reads everything");
      assertThat(passedOver("go.sum", "**go.mod")).contains("'closed'", "!closed/**");
      assertThat(inputs("go.sum", "**go.mod", "!closed/**").compute().passedOver()).isEmpty();
      assertThat(inputs("go.sum", "web/**").compute().passedOver()).isEmpty();
      assertThatThrownBy(() -> key("**go.mod"))
          .isInstanceOf(NoLockFilesException.class)
          .hasMessageContaining("'closed'");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path file = folder().resolve("closed/go.mod");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assertThatThrownBy(() -> key("**go.mod"))
        .isInstanceOf(UnreadableInputException.class)
        .hasMessageContaining("'closed/go.mod' matches, and cannot be read");
  }

  @Test
  void stopsItsWalkWhenItIsInterrupted() throws IOException {
    file("go.sum", "");
    for (String pattern : List.of("go.sum", "absent")) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> key(pattern)).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void failsOnAFileThatIsNeverAsLongAsItSays() {
    // Files of /proc have no length and content nevertheless.
    assertThatThrownBy(() -> new KeyDigest().file("go.mod", Path.of("/proc/self/status")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("keeps changing");
  }

  @Test
  void passesByNamesThatAreNotUtf8UnlessTheyMatch() throws Exception {
    file("go.sum", "");
    new ProcessBuilder(
            "bash",
            "-c",
            "mkdir \"$1\"/$'\\xff' && touch \"$1\"/$'\\xff'/go.mod \"$1\"/$'b\\xfe\\n'",
            "bash",
            folder().toString())
        .start()
        .waitFor();

    assertThat(inputs("**go.sum").compute().recipe().files()).hasSize(1);
    assertThat(passedOver("**go.sum", "**go.mod")).contains("UTF-8");
  }

  @Test
  @Tag("slow")
  void readsMoreFilesThanAProcessMayHaveOpen() throws IOException {
    for (int at = 0; at < 1500; at++) {
      file("d" + at + "/go.mod", "module x" + at);
    }
    String deep = "x/".repeat(1000) + "go.mod";
    file(deep, "");

    assertThat(inputs("**go.mod").compute().recipe().files())
        .hasSize(1501)
        .extracting(LockFile::name)
        .contains(deep);
  }

  @Test
  void saysWhatItSawWhenNothingMatches() throws IOException {
    file("README.md", "");
    file("web/go.mod", "");

    assertThatThrownBy(() -> key("go.mod", "*.lock"))
        .isInstanceOf(NoLockFilesException.class)
        .hasMessageContaining("go.mod, *.lock")
        .hasMessageContaining(folder().toString())
        .hasMessageContaining("README.md, web/")
        .hasMessageContaining("did you mean **/go.mod: found web/go.mod");
  }

  @Test
  void namesTenThingsAtMostAndForgesNoLine() throws IOException {
    for (int at = 10; at < 25; at++) {
      file("f" + at, "");
    }
    file("a\nfetched=true", "");

    assertThatThrownBy(() -> key("go.mod"))
        .hasMessageContaining("a\\u000afetched=true")
        .hasMessageContaining("f18 and 6 more")
        .message()
        .doesNotContain("\n", "f19");
  }

  @Test
  void saysThatTheFolderIsEmptyOrNone() throws IOException {
    folder();
    assertThatThrownBy(() -> key("go.mod"))
        .isInstanceOf(NoLockFilesException.class)
        .hasMessageContaining("the folder is empty");

    Files.delete(folder());
    KeyInputs inputs = inputs("go.mod");
    Files.delete(folder());
    assertThatThrownBy(inputs::compute)
        .isInstanceOf(NoLockFilesException.class)
        .hasMessageContaining("is no folder");
  }
}
