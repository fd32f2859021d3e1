package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.folder.Deletion;
import dev.stepcache.journal.FaultPoint;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {
  @TempDir Path folder;

  @AfterEach
  void open() throws Exception {
    Deletion.ofChildren(folder);
  }

  /** Commits, and stands still before one of its changes. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
      int[] left = {Integer.parseInt(args[1])};
      FaultPoint faultPoint =
          () -> {
            if (left[0]-- == 0) {
              System.out.println("standing still");
              while (true) {
                try {
                  Thread.sleep(Duration.ofHours(1));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }
            }
          };
      try (CacheFolder.FolderHold hold =
              new CacheFolder(Path.of(args[0]), faultPoint).holdAlone(Duration.ZERO);
          Staging staging = hold.stage(RestoreMode.PRESERVE)) {
        MergedTree.stage(staging);
        staging.commit();
      }
    }
  }

  @Test
  void whatAKilledProcessLeftIsUndoneByTheNextHold() throws Exception {
    for (int at : new int[] {3, 10, 22, 35, 43}) {
      Path cache = MergedTree.before(folder.resolve("cache" + at));
      SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);
      Process process = ChildProcess.start("C.UTF-8", Main.class, cache, at);
      try (BufferedReader out = process.inputReader()) {
        assertThat(out.readLine()).isEqualTo("standing still");
        process.destroyForcibly().waitFor();
      }

      new CacheFolder(cache).holdAlone(Duration.ZERO).close();

      assertThat(TreeSnapshot.of(cache)).as("killed at change %s", at).isEqualTo(before);
    }
  }
}
