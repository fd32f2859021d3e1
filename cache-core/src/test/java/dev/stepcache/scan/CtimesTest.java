package dev.stepcache.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CtimesTest {
  @TempDir Path folder;

  private OptionalLong dirty(String expire, String interval) throws IOException {
    Files.writeString(folder.resolve("dirty_expire_centisecs"), expire);
    Files.writeString(folder.resolve("dirty_writeback_centisecs"), interval);
    return Ctimes.dirty(folder);
  }

  @Test
  void waitTwiceAsLongAsAPageMayStayDirty() throws IOException {
    assertThat(dirty("3000\n", "500\n")).hasValue(Duration.ofSeconds(70).toNanos());
    assertThat(dirty("0\n", "1\n")).hasValue(Duration.ofMillis(20).toNanos());
    assertThat(dirty("2147483647\n", "2147483647\n").orElseThrow()).isPositive();
  }

  @Test
  void areNeverSettledWherePagesAreNotWrittenByTime() throws IOException {
    assertThat(dirty("3000\n", "0\n")).isEmpty();
    assertThat(dirty("much\n", "500\n")).isEmpty();
    assertThat(dirty("-1\n", "500\n")).isEmpty();
    assertThat(Ctimes.dirty(folder.resolve("absent"))).isEmpty();

    assertThat(new Ctimes(Set.of(), OptionalLong.empty()).settledBefore(5))
        .isEqualTo(Long.MIN_VALUE);
    assertThat(new Ctimes(Set.of(), OptionalLong.of(2)).settledBefore(5)).isEqualTo(3);
  }

  @Test
  void tellNothingWhereNoFileCanBeMade() {
    assertThat(Ctimes.movesWithAMapping(folder.resolve("absent"))).isFalse();
  }

  @Test
  void leaveNothingBehind() throws IOException {
    Ctimes.movesWithAMapping(folder);

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @Tag("root")
  void areTriedOnEachCachePath() throws IOException {
    Path disk = Files.createDirectories(folder.resolve("disk/.stepcache"));
    Optional<RealFileSystem> memory = RealFileSystem.inMemory(folder.resolve("memory"), "size=1m");
    Assumptions.assumeTrue(memory.isPresent(), "not run: mounting needs root");
    try (RealFileSystem mounted = memory.get()) {
      Files.createDirectories(mounted.mount().resolve(".stepcache"));
      Roots roots = new Roots(Map.of("a", disk.resolveSibling(""), "b", mounted.mount()));

      Ctimes ctimes = Ctimes.of(new CacheFolders(roots).own());

      assertThat(ctimes.blind()).contains("b");
      boolean onDisk = Ctimes.movesWithAMapping(disk);
      assertThat(ctimes.blind().contains("a")).isNotEqualTo(onDisk);
    }
  }

  @Test
  void areBelievedByTheFirstComponent() {
    TreeEntries entries = TreeEntries.of(List.of(file("a/f"), file("b/c/f"), file("bc/f")));
    Ctimes some = new Ctimes(Set.of("b"), OptionalLong.of(0));
    Ctimes none = new Ctimes(Set.of(""), OptionalLong.of(0));

    assertThat(some.tell(entries, 0)).isTrue();
    assertThat(some.tell(entries, 1)).isFalse();
    assertThat(some.tell(entries, 2)).isTrue();
    assertThat(none.tell(entries, 0)).isFalse();
    assertThat(Ctimes.TRUSTED.tell(entries, 1)).isTrue();
  }

  private static TreeEntry file(String name) {
    return new TreeEntry.FileEntry(new EntryName(name), 0644, 0, 0, 1, 0, Optional.empty());
  }
}
