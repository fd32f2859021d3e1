package dev.stepcache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.restore.RealFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLocationTest {
  @TempDir Path folder;

  private boolean holds(String outer, String inner) {
    return FolderLocation.of(folder.resolve(outer)).holds(FolderLocation.of(folder.resolve(inner)));
  }

  @Test
  void isTheSameByAnyLinkAlsoOfWhatIsNotThereYet() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createSymbolicLink(folder.resolve("absolute"), folder.resolve("a/b"));
    Files.createSymbolicLink(folder.resolve("a/up"), Path.of("../later"));
    Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));

    assertThat(holds("a", "absolute/c/d")).isTrue();
    assertThat(holds("absolute/c", "a/b/c/d")).isTrue();
    assertThat(holds("later", "a/up/x")).isTrue();
    assertThat(holds("a", "a/up/x")).isFalse();
    assertThat(holds("a", "ab")).isFalse();
    assertThat(holds("a/b", "a")).isFalse();
    assertThat(holds("a", "round/x")).isFalse();
  }

  /** As a volume that a pod mounts twice, once with a subPath. */
  @Test
  @Tag("root")
  void isTheSameWhereverItIsMounted() throws IOException {
    Files.createDirectories(folder.resolve("a/b/c"));
    Path mount = Files.createDirectories(folder.resolve("other place"));
    Optional<RealFileSystem> bound = RealFileSystem.bound(mount, folder.resolve("a/b"));
    Assumptions.assumeTrue(bound.isPresent(), "not run: mounting needs root");
    try (RealFileSystem _ = bound.get()) {
      assertThat(holds("a", "other place/store")).isTrue();
      assertThat(holds("other place", "a/b/c")).isTrue();
      assertThat(holds("other place/c", "a/b/c")).isTrue();
      assertThat(holds("other place/c", "a/b")).isFalse();
    }
  }
}
