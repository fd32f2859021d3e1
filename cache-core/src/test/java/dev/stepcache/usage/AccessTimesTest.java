package dev.stepcache.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.restore.RealFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTimesTest {
  @TempDir private Path folder;

  private static boolean tell(Optional<RealFileSystem> mounted, Path mount) throws IOException {
    Assumptions.assumeTrue(mounted.isPresent(), "not run: mounting needs root, or another mkfs");
    try (RealFileSystem _ = mounted.get()) {
      boolean tell = AccessTimes.tell(List.of(mount));
      try (Stream<Path> left = Files.list(mount)) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .as("what the trial leaves")
            .isSubsetOf("lost+found");
      }
      return tell;
    }
  }

  private Path mount() {
    return folder.resolve("mount");
  }

  @Tag("root")
  @Test
  void tellOnATmpfsOfWhatIsReadAndOfWhatIsMapped() throws IOException {
    assertThat(tell(RealFileSystem.inMemory(mount(), "size=4m"), mount())).isTrue();
  }

  @Tag("root")
  @Test
  void tellOnAnExt4() throws IOException {
    assertThat(tell(RealFileSystem.ext4(mount(), 8, 100), mount())).isTrue();
  }

  @Tag("root")
  @Test
  void tellOnAnXfs() throws IOException {
    assertThat(tell(RealFileSystem.xfs(mount()), mount())).isTrue();
  }

  @Tag("root")
  @Test
  void tellOnAnOverlay() throws IOException {
    assertThat(tell(RealFileSystem.overlay(mount(), folder.resolve("upper")), mount())).isTrue();
  }

  @Tag("root")
  @Test
  void tellNothingWhereTheMountSaysSo() throws IOException {
    assertThat(tell(RealFileSystem.inMemory(mount(), "size=4m,noatime"), mount())).isFalse();
  }

  @Test
  void tellNothingWhereNothingCanBeTried() {
    assertThat(AccessTimes.tell(List.of(folder.resolve("not there")))).isFalse();
  }
}
