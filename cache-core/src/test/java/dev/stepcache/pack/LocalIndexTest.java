package dev.stepcache.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Fuzz;
import dev.stepcache.Golden;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.RestoreMode;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalIndexTest {
  private static final long WATERMARK = 1_000;
  private static final long BEFORE = 999;
  private static final Digest BASE = Digest.of(new byte[] {1});

  @TempDir Path folder;
  private Path file;

  /** Two layers, whose names interleave; a dead file in the first; modes widened by the restore. */
  @BeforeEach
  void writeAnIndex() throws IOException {
    file = folder.resolve(LocalIndex.FILE);
    RestoredNames first = new RestoredNames(HeldMemory.ofHeap());
    first.add("a", true);
    first.file(true);
    first.file(false);
    first.add("d/c", false);
    first.sums(sums(3, 4));
    RestoredNames second = new RestoredNames(HeldMemory.ofHeap());
    second.add("b", true);
    second.file(true);
    second.sums(sums(5));
    BitSet live = new BitSet();
    live.set(0);
    live.set(2);
    BitSet all = new BitSet();
    all.set(0);
    TreeIndex index =
        new TreeIndex(
            List.of(),
            3,
            3,
            List.of(
                new TreeIndex.Layer(BASE, 3, live, new short[] {0640, 0777}, new long[] {10, 11}),
                new TreeIndex.Layer(BASE, 1, all, new short[] {0700}, new long[] {12})),
            List.of(new FolderEntry(new EntryName("d"), 0555, 13)),
            new TreeMap<>());
    LocalIndex.write(
        file, BASE, RestoreMode.SHARED, WATERMARK, index, List.of(first, second), tree(restored()));
  }

  private static byte[] sums(int... values) {
    byte[] sums = new byte[values.length * Sums.SIZE];
    for (int at = 0; at < values.length; at++) {
      Arrays.fill(sums, at * Sums.SIZE, (at + 1) * Sums.SIZE, (byte) values[at]);
    }
    return sums;
  }

  private static List<TreeEntry> restored() {
    return new ArrayList<>(
        List.of(
            entry("a", 0666, 10, 101, BEFORE),
            entry("b", 0777, 12, 102, BEFORE),
            new SymlinkEntry(new EntryName("d/c"), 11, "target", 103, BEFORE)));
  }

  private static FileEntry entry(String name, int mode, long mtime, long inode, long ctime) {
    return new FileEntry(new EntryName(name), mode, mtime, 1, inode, ctime, Optional.empty());
  }

  private static Tree tree(List<TreeEntry> entries) {
    return new Tree(
        Path.of("/cache"),
        List.of(new FolderEntry(new EntryName("d"), 0777, 13)),
        entries,
        0,
        List.of());
  }

  @Test
  void isWrittenAsTheFormatSays() throws IOException {
    Golden.check("local-index", Files.readAllBytes(file));
  }

  @Test
  void findsARestoredTreeUntouchedAndKnowsTheModesThatWereSaved() {
    LocalIndex.Compared compared = LocalIndex.compare(file, tree(restored())).orElseThrow();

    assertThat(compared.untouched()).isTrue();
    assertThat(compared.base()).isEqualTo(BASE);
    assertThat(compared.tree().entries().get(0).mode()).isEqualTo(0640);
    assertThat(compared.tree().entries().get(1).mode()).isEqualTo(0700);
    assertThat(compared.tree().folders().getFirst().mode()).isEqualTo(0555);
  }

  @Test
  void findsATreeTouchedInWhicheverWay() {
    List<TreeEntry> others =
        List.of(
            entry("a", 0666, 99, 101, BEFORE),
            entry("a", 0666, 10, 999, BEFORE),
            entry("a", 0666, 10, 101, WATERMARK),
            new FileEntry(new EntryName("a"), 0666, 10, 2, 101, BEFORE, Optional.empty()));
    for (TreeEntry other : others) {
      List<TreeEntry> entries = restored();
      entries.set(0, other);
      assertThat(LocalIndex.compare(file, tree(entries)).orElseThrow().untouched()).isFalse();
    }
    List<TreeEntry> fewer = restored();
    fewer.remove(1);
    assertThat(LocalIndex.compare(file, tree(fewer)).orElseThrow().untouched()).isFalse();
    List<TreeEntry> last = restored();
    last.remove(2);
    assertThat(LocalIndex.compare(file, tree(last)).orElseThrow().untouched()).isFalse();
    List<TreeEntry> more = restored();
    more.add(1, entry("aa", 0666, 10, 104, BEFORE));
    LocalIndex.Compared compared = LocalIndex.compare(file, tree(more)).orElseThrow();
    assertThat(compared.untouched()).isFalse();
    assertThat(compared.tree().entries().get(2).mode()).isEqualTo(0700);
  }

  @Test
  void keepsAModeThatSomebodyChangedSince() {
    List<TreeEntry> entries = restored();
    entries.set(0, entry("a", 0600, 10, 101, WATERMARK));

    assertThat(LocalIndex.compare(file, tree(entries)).orElseThrow().tree().entries().get(0).mode())
        .isEqualTo(0600);
  }

  @Test
  void isReadOrAbsentWhateverItHolds() throws IOException {
    Fuzz.run(
        List.of(Files.readAllBytes(file)),
        bytes -> {
          Files.write(file, bytes);
          return LocalIndex.compare(file, tree(restored()))
              .map(compared -> compared.untouched() + " " + compared.tree().folders())
              .orElse("absent");
        });
  }

  @Test
  void countsAsAbsentWhenItIsCutAnywhere() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(LocalIndex.compare(file, tree(restored()))).isEmpty();
    }
  }
}
