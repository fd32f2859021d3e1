package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that somebody else wrote into our folder. */
class ForgedJournalTest {
  private static final String STAGING = "staging-0123456789abcdef";
  private static final String HEAD = "stepcache-journal-2 " + STAGING + "\n";

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

  @Test
  void aJournalLeadsToNoOtherCachePath() throws Exception {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.createDirectories(outside.resolve("displaced"));
    Files.writeString(outside.resolve("displaced/0"), "safe");
    Files.writeString(outside.resolve("journal"), HEAD + "leads\n");
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(outside);
    Path commit = cache.resolve(".stepcache/commit");
    for (String line :
        List.of(
            "follows staging-0123456789abcdef relative",
            "follows ../../outside /",
            "follows staging-0123456789abcdef " + outside + "%0",
            "leads ../outside",
            "leads %zz",
            "place x\nleads " + outside)) {
      journal(commit, line);
      assertThatThrownBy(() -> new CacheFolder(cache).holdAlone(Duration.ZERO))
          .as(line)
          .hasMessageContaining("damaged");
    }
    for (String line :
        List.of(
            "leads " + outside,
            "follows staging-0123456789abcdef " + outside,
            "follows staging-0123456789abcdef /nowhere%20at/all",
            "follows staging-0123456789abcdef " + outside + "/journal")) {
      journal(commit, line);
      Path link = cache.resolve(".stepcache/finished-0123456789abcdee");
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, outside);

      new CacheFolders(new Roots(Map.of("a", cache))).holdAlone(Duration.ZERO).close();

      assertThat(commit).as(line).doesNotExist();
      assertThat(link).doesNotExist();
      assertThat(TreeSnapshot.of(outside)).as(line).isEqualTo(before);
    }
  }

  /** A journal that we cannot have written, and all that belongs to it. */
  private static void journal(Path commit, String lines) throws IOException {
    Files.createDirectories(commit.resolve("undone"));
    Files.createDirectories(commit.resolve("displaced"));
    Files.writeString(commit.resolve("displaced/0"), "evil");
    Files.createDirectories(commit.resolveSibling(STAGING));
    Files.write(commit.resolveSibling(STAGING + ".list"), new byte[0]);
    Files.writeString(commit.resolve("journal"), HEAD + lines + "\n");
  }
}
