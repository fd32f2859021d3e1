package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.journal.FaultPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flat folder of 150,000 files that is merged into one that is there, in a heap of 32 MiB. */
@Tag("slow")
class LargeCommitTest {
  private static final int FILES = 150_000;

  @TempDir Path folder;

  /** Commits, and is killed before one of its changes. */
  static final class Restore {
    private Restore() {}

    public static void main(String[] args) throws Exception {
      int[] left = {Integer.parseInt(args[1])};
      FaultPoint faultPoint =
          () -> {
            if (left[0]-- == 0) {
              System.out.print("killed");
              System.out.flush();
              Runtime.getRuntime().halt(137);
            }
          };
      try (CacheFolder.FolderHold hold =
              new CacheFolder(Path.of(args[0]), faultPoint).holdAlone(Duration.ZERO);
          Staging staging = hold.stage(RestoreMode.SHARED)) {
        for (int number = 0; number < FILES; number++) {
          StagedTree.file(staging, "flat/file-number-%06d.txt".formatted(number), "new");
        }
        staging.commit();
      }
      System.out.print("done");
    }
  }

  /** Takes the lock alone, as the next fetch does. */
  static final class Next {
    private Next() {}

    public static void main(String[] args) throws Exception {
      new CacheFolder(Path.of(args[0])).holdAlone(Duration.ZERO).close();
      System.out.print("held");
    }
  }

  private static String run(Class<?> main, Object... args) throws IOException {
    return new ChildProcess("C.UTF-8", "022")
        .withJvm("-Xmx32m", "-XX:+UseSerialGC")
        .run(main, args);
  }

  @Test
  void isCommittedAndUndoneInTheMemoryOfASmallContainer() throws Exception {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    try (Tmpfs _ = Tmpfs.at(cache)) {
      Path flat = Files.createDirectory(cache.resolve("flat"));
      Files.writeString(flat.resolve("file-number-000007.txt"), "old");
      Files.writeString(flat.resolve("own"), "own");

      assertThat(run(Restore.class, cache, 2 * FILES - 1000)).isEqualTo("killed");
      assertThat(count(flat)).isGreaterThan(FILES / 2);
      Thread.sleep(20);
      Files.writeString(flat.resolve("built"), "built", StandardCharsets.UTF_8);

      assertThat(run(Next.class, cache)).isEqualTo("held");
      assertThat(count(flat)).isEqualTo(3);
      assertThat(flat.resolve("file-number-000007.txt")).hasContent("old");
      assertThat(run(Restore.class, cache, Integer.MAX_VALUE)).isEqualTo("done");
      assertThat(count(flat)).isEqualTo(FILES + 2);
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
