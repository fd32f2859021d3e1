package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.UploadRequest.When;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.LockFilePatterns;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkersTest {
  @TempDir Path folder;

  private final List<Path> left = new ArrayList<>();
  private Path module;
  private Path cachePath;

  @BeforeEach
  void makeAModule() throws IOException {
    module = Files.createDirectories(folder.resolve("ws"));
    Files.writeString(module.resolve("go.mod"), "module example.test/app\n");
    cachePath = module.resolve("go-build-cache");
  }

  private Path goMod() {
    return cachePath.resolve("go.mod");
  }

  private void leave(boolean goIsNear, boolean ownFolder) throws IOException {
    Markers.leave(
        CacheFolders.of(cachePath), goIsNear, ownFolder, (marker, file) -> left.add(file));
  }

  @Test
  void keepsGoOutOfACachePathInAModuleBeforeThereIsAnything() throws IOException {
    leave(true, false);

    assertThat(goMod()).content().contains("module stepcache.invalid/cache");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cachePath)))
        .isEqualTo("rwxrwxrwx");
    assertThat(cachePath).isDirectoryNotContaining("glob:**.gitignore");
  }

  @Test
  void keepsGoOutOfWhatItsCachesWereRestoredInto() throws IOException {
    Files.createDirectories(cachePath.resolve("mod/cache/download"));

    leave(false, false);

    assertThat(goMod()).exists();
  }

  @Test
  void leavesNothingWhereGoDoesNotWalkOrIsNotUsed() throws IOException {
    leave(false, false);
    assertThat(cachePath).doesNotExist();

    for (String name : List.of(".cache/go", "_cache", "a/testdata/cache", "vendor/cache")) {
      cachePath = module.resolve(name);
      leave(true, false);
      assertThat(cachePath).doesNotExist();
    }
    cachePath = folder.resolve("outside");
    leave(true, true);
    assertThat(cachePath).doesNotExist();
  }

  @Test
  void leavesAUsersOwnFileAlone() throws IOException {
    Files.createDirectories(cachePath);
    Files.writeString(goMod(), "module mine\n");

    leave(true, false);

    assertThat(goMod()).hasContent("module mine");
    assertThat(TreeScan.of(cachePath).entries()).hasSize(1);
  }

  @Test
  void tellsOnlyOfFilesThatItLeft() throws IOException {
    leave(true, false);
    assertThat(left).containsExactly(goMod());
    leave(true, false);
    assertThat(left).hasSize(1);
  }

  /** As a step leaves it that is killed while it writes; not under its name, and of no cache. */
  @Test
  void leavesWhatIsHalfWrittenUnderNoNameThatToolsKnowAndOutOfTheCache() throws IOException {
    Files.createDirectories(cachePath);
    Path half = cachePath.resolve(".stepcache-partial-0123456789abcdef");
    Files.writeString(half, "// Made");
    Files.setLastModifiedTime(half, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path underWay = cachePath.resolve(".stepcache-partial-fedcba9876543210");
    Files.writeString(underWay, "// M");
    assertThat(TreeScan.of(cachePath).entries()).isEmpty();
    assertThat(Markers.isAllThereIs(cachePath)).isFalse();

    leave(true, false);

    assertThat(half).doesNotExist();
    assertThat(underWay).exists();
    assertThat(Markers.isAllThereIs(cachePath)).isTrue();
    assertThat(Files.getAttribute(goMod(), "unix:nlink")).isEqualTo(1);
  }

  @Test
  void writesThroughNoLink() throws IOException {
    Path outside = folder.resolve("outside");
    Files.createDirectories(cachePath);
    Files.createSymbolicLink(goMod(), outside);

    leave(true, false);

    assertThat(outside).doesNotExist();
  }

  @Test
  void hidesAPresetsOwnFolderFromGit() throws Exception {
    assertThat(run("git", "init", "-q")).isEmpty();
    assertThat(run("git", "add", "go.mod")).isEmpty();
    cachePath = module.resolve(".cache/go");

    leave(true, true);
    Files.writeString(cachePath.resolve("f"), "");

    assertThat(run("git", "status", "--porcelain")).isEqualTo("A  go.mod\n");
  }

  private String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(module.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void isNoPartOfACacheNorOfAComparison() throws IOException {
    leave(true, true);
    Bench bench = Bench.layout(folder.resolve("store"));
    assertThat(bench.upload(cachePath).reason()).isEqualTo(Reason.EMPTY);

    Files.writeString(cachePath.resolve("f"), "f");
    assertThat(bench.upload(cachePath).reason()).isEqualTo(Reason.SAVED);
    Path restored = folder.resolve("restored");
    assertThat(bench.fetch(restored, RestoreMode.PRESERVE).reason()).isEqualTo(Reason.HIT);
    assertThat(restored.resolve("go.mod")).doesNotExist();

    Files.copy(goMod(), restored.resolve("go.mod"));
    assertThat(bench.upload(restored, When.CHANGED, Optional.empty()).reason())
        .isEqualTo(Reason.UNCHANGED);
  }

  @Test
  void isNoPartOfACacheOfSeveralPaths() throws IOException {
    Map<String, Path> paths =
        new TreeMap<>(Map.of("a", module.resolve("a"), "b", module.resolve("b")));
    Roots roots = new Roots(paths);
    Markers.leave(new CacheFolders(roots), true, false, (marker, file) -> left.add(file));
    Files.writeString(paths.get("a").resolve("f"), "f");

    assertThat(paths.get("b").resolve("go.mod")).exists();
    assertThat(TreeScan.of(roots, (name, isFolder) -> false).entries()).hasSize(1);
  }

  @Test
  void keepsTheKeyOfASecondCacheInTheWorkspace() throws IOException {
    String before = key(Set.of());
    leave(true, false);
    Files.createDirectories(cachePath.resolve("mod/example.test/dep@v1"));
    Files.writeString(cachePath.resolve("mod/example.test/dep@v1/go.mod"), "module dep\n");

    assertThat(key(Set.of())).isEqualTo(before);
    assertThat(key(Set.of(cachePath))).isEqualTo(before);
  }

  private String key(Set<Path> neverWalked) throws IOException {
    return new KeyInputs(
            module,
            LockFilePatterns.parse(List.of("**go.mod")),
            neverWalked,
            "t",
            Optional.empty(),
            List.of())
        .compute()
        .key()
        .hex();
  }
}
