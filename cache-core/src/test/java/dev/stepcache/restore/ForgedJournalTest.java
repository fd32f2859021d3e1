package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that somebody else wrote into our folder. */
class ForgedJournalTest {
  @TempDir Path folder;

  @Test
  void aJournalCannotLeadOutOfTheCachePath() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Path outside = Files.writeString(folder.resolve("outside"), "safe");
    Files.createSymbolicLink(cache.resolve("up"), folder);
    Path commit = cache.resolve(".stepcache/commit");
    for (String line :
        List.of("place ../outside", "displace 0 644 ../outside", "merge 777 0 ..", "place /etc")) {
      journal(commit, line);
      assertThatThrownBy(() -> new CacheFolder(cache).holdAlone(Duration.ZERO))
          .isInstanceOf(InterruptedRestoreException.class)
          .hasMessageContaining("damaged");
      assertThat(commit).doesNotExist();
    }
    journal(commit, "place up/outside\ndisplace 0 777 up/outside");
    new CacheFolder(cache).holdAlone(Duration.ZERO).close();

    assertThat(outside).hasContent("safe");
  }

  /** A journal that we cannot have written, and all that belongs to it. */
  private static void journal(Path commit, String lines) throws IOException {
    Files.createDirectories(commit.resolve("undone"));
    Files.createDirectories(commit.resolve("displaced"));
    Files.writeString(commit.resolve("displaced/0"), "evil");
    String staging = "staging-0123456789abcdef";
    Files.createDirectories(commit.resolveSibling(staging));
    Files.write(commit.resolveSibling(staging + ".list"), new byte[0]);
    Files.writeString(
        commit.resolve("journal"), "stepcache-journal-2 " + staging + "\n" + lines + "\n");
  }
}
