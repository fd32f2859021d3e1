package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.SystemProperty;
import dev.stepcache.folder.Deletion;
import dev.stepcache.syscall.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
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

/** What a hold removes of what a killed restore left in our folder, and what it leaves. */
@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@Tag("slow")
class TidyingUpTest {
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

  private static void recover(Path cache) throws IOException {
    new CacheFolder(cache).holdAlone(Duration.ZERO).close();
  }

  @Test
  void tidyingUpFollowsNoLink() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside/deep"));
    Files.writeString(outside.resolve("f"), "safe");
    Path cache = MergedTree.before(folder.resolve("cache"));
    Path staged = Files.createDirectories(cache.resolve(".stepcache/staging-0123456789abcdef/a"));
    Files.createSymbolicLink(staged.resolve("link"), outside.getParent());
    Files.createSymbolicLink(
        cache.resolve(".stepcache/staging-fedcba9876543210"), outside.getParent());
    Files.createSymbolicLink(cache.resolve(".stepcache/finished-fedcba9876543210"), outside);

    recover(cache);

    assertThat(outside.resolve("f")).hasContent("safe");
    try (Stream<Path> ours = Files.list(cache.resolve(".stepcache"))) {
      assertThat(ours).containsExactly(cache.resolve(".stepcache/lock"));
    }
  }

  @Test
  void tidyingUpFollowsNoLinkThatIsPutInAFoldersPlaceMeanwhile() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path ours = Files.createDirectory(cache.resolve(".stepcache"));
    for (int number = 0; number < 50; number++) {
      Files.writeString(outside.resolve("f" + number), "safe");
    }
    for (int round = 0; round < 60; round++) {
      Path staged = Files.createDirectory(ours.resolve("staging-%016x".formatted(round)));
      Path swapped = Files.createDirectories(staged.resolve("a/swapped"));
      for (int number = 0; number < 50; number++) {
        Files.writeString(swapped.resolve("f" + number), "staged");
      }
      Path link = Files.createSymbolicLink(folder.resolve("link" + round), outside);
      Path away = folder.resolve("away" + round);
      Thread other =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Files.move(swapped, away);
                  Files.move(link, swapped);
                } catch (IOException e) {
                  // It is gone already.
                }
              });
      try {
        recover(cache);
      } finally {
        other.join();
      }
      recover(cache);
      assertThat(outside.toFile().list()).as("round %s", round).hasSize(50);
    }
  }

  @Test
  void whatWasMovedAsideStaysForAWeek() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    for (int days : new int[] {6, 8}) {
      Path aside = cache.resolve(".stepcache/aside-000000000000000" + days);
      Files.createDirectories(aside.resolve("displaced"));
      Files.setLastModifiedTime(aside, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    }

    recover(cache);

    assertThat(cache.resolve(".stepcache").toFile().list())
        .containsExactlyInAnyOrder("aside-0000000000000006", "lock");
  }

  @Test
  void removesWhatIsDeeperThanAnyPathCanBe() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Path deep = cache.resolve(".stepcache/staging-0123456789abcdef");
    Files.createDirectories(deep);
    String script =
        "cd '"
            + deep
            + "' && for i in $(seq 400); do mkdir ddddddddddddddddddddd && touch f && cd"
            + " ddddddddddddddddddddd || exit 1; done";
    assertThat(new ProcessBuilder("bash", "-c", script).start().waitFor()).isEqualTo(0);

    recover(cache);

    assertThat(deep).doesNotExist();
  }
}
