package dev.stepcache.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.Golden;
import dev.stepcache.oci.Digest;
import dev.stepcache.plan.Comparison;
import dev.stepcache.plan.Placement;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.Committed;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import dev.stepcache.unpack.RestoredIndex;
import dev.stepcache.unpack.RestoredNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalIndexTest {
  private static final long WATERMARK = 1_000;
  private static final long BEFORE = 999;
  private static final Digest BASE = Digest.of(new byte[] {1});

  @TempDir Path folder;
  private Path file;

  private TreeIndex index;
  private List<RestoredNames> names;

  /** Two layers, whose names interleave; a dead file in the first; modes widened by the restore. */
  @BeforeEach
  void writeAnIndex() throws IOException {
    file = folder.resolve(LocalIndexReader.FILE);
    RestoredNames first = new RestoredNames(new MemoryBudget(Resources.ofThisJvm()));
    first.file(new EntryName("a"), 1, made(0666, 101, 10));
    first.file(new EntryName("b"), 7, Optional.empty());
    first.symlink(new EntryName("d/c"), "target", made(0777, 103, 11));
    first.hardLink(new EntryName("e"), "a", made(0666, 101, 10));
    first.sums(sums(3, 4));
    RestoredNames second = new RestoredNames(new MemoryBudget(Resources.ofThisJvm()));
    second.file(new EntryName("b"), 1, made(0777, 102, 12));
    second.sums(sums(5));
    BitSet live = new BitSet();
    live.set(0);
    live.set(2, 4);
    BitSet all = new BitSet();
    all.set(0);
    index =
        new TreeIndex(
            List.of(),
            4,
            2,
            List.of(
                new TreeIndex.Layer(
                    BASE, 4, live, new short[] {0640, 0777, 0640}, new long[] {10, 11, 10}),
                new TreeIndex.Layer(BASE, 1, all, new short[] {0700}, new long[] {12})),
            List.of(new FolderEntry(new EntryName("d"), 0555, 13)),
            new TreeMap<>());
    names = List.of(first, second);
    try (RestoredIndex restored = new RestoredIndex(file, index)) {
      restored.entries(names);
      restored.finish(BASE, new Committed(WATERMARK, Map.of("d", 0777)));
    }
  }

  @Test
  void isThereOnlyOnceItsRestoreIsFinished() throws IOException {
    Files.createDirectory(folder.resolve("other"));
    Path other = folder.resolve("other").resolve(LocalIndexReader.FILE);
    try (RestoredIndex restored = new RestoredIndex(other, index)) {
      restored.entries(names);

      assertThat(LocalIndexReader.open(other, new MemoryBudget(Resources.ofThisJvm()))).isEmpty();
    }

    try (Stream<Path> left = Files.list(other.getParent())) {
      assertThat(left).isEmpty();
    }
  }

  private static Optional<FileIdentity> made(int mode, long inode, long mtime) {
    return Optional.of(new FileIdentity(mode, inode, 1, mtime));
  }

  private static byte[] sums(int... values) {
    byte[] sums = new byte[values.length * Sums.SIZE];
    for (int at = 0; at < values.length; at++) {
      Arrays.fill(sums, at * Sums.SIZE, (at + 1) * Sums.SIZE, (byte) values[at]);
    }
    return sums;
  }

  private static byte[] sha256(int value) {
    byte[] sum = new byte[32];
    Arrays.fill(sum, (byte) value);
    return sum;
  }

  private static List<TreeEntry> restored() {
    return new ArrayList<>(
        List.of(
            entry("a", 0666, 10, 101, BEFORE),
            entry("b", 0777, 12, 102, BEFORE),
            new SymlinkEntry(new EntryName("d/c"), 11, "target", 103, BEFORE),
            entry("e", 0666, 10, 101, BEFORE, "a")));
  }

  private static FileEntry entry(
      String name, int mode, long mtime, long inode, long ctime, String... first) {
    return new FileEntry(
        new EntryName(name),
        mode,
        mtime,
        1,
        inode,
        ctime,
        Arrays.stream(first).findFirst().map(EntryName::new));
  }

  private static Tree tree(List<TreeEntry> entries) {
    return new Tree(
        Roots.of(Path.of("/cache")),
        List.of(new FolderEntry(new EntryName("d"), 0777, 13)),
        entries,
        0,
        List.of());
  }

  private Comparison comparison(List<TreeEntry> entries) throws IOException {
    try (LocalIndexReader local =
        LocalIndexReader.open(file, new MemoryBudget(Resources.ofThisJvm())).orElseThrow()) {
      return Comparison.of(local, tree(entries), Ctimes.TRUSTED).orElseThrow();
    }
  }

  private Comparison with(int at, TreeEntry entry) throws IOException {
    List<TreeEntry> entries = restored();
    entries.set(at, entry);
    return comparison(entries);
  }

  private static List<Boolean> placed(Placement placement) {
    return IntStream.range(0, placement.tree().entries().size())
        .mapToObj(placement::isPlaced)
        .toList();
  }

  @Test
  void isWrittenAsTheFormatSays() throws IOException {
    Golden.check("local-index", Files.readAllBytes(file));
  }

  @Test
  void findsARestoredTreeUntouchedAndKnowsTheModesThatWereSaved() throws IOException {
    Comparison comparison = comparison(restored());

    assertThat(comparison.untouched()).isTrue();
    assertThat(comparison.unverified()).isZero();
    assertThat(comparison.agreesWith(index)).isTrue();
    Placement placement = comparison.placement(List.of());
    assertThat(placed(placement)).containsOnly(true);
    assertThat(placement.whiteouts()).isEmpty();
    assertThat(placement.tree().entries().get(0).mode()).isEqualTo(0640);
    assertThat(placement.tree().entries().get(1).mode()).isEqualTo(0700);
    assertThat(placement.tree().folders().getFirst().mode()).isEqualTo(0555);
  }

  @Test
  void doubtsAFileWhoseTimeInodeOrMomentIsAnother() throws IOException {
    for (TreeEntry other :
        List.of(
            entry("b", 0777, 99, 102, BEFORE),
            entry("b", 0777, 12, 999, BEFORE),
            entry("b", 0777, 12, 102, WATERMARK))) {
      Comparison comparison = with(1, other);
      assertThat(comparison.untouched()).isFalse();
      assertThat(comparison.unverified()).isOne();
      assertThat(comparison.unverified(0)).isEqualTo(other);

      assertThat(comparison.placement(List.of(sha256(5))).hasSameContent()).isTrue();
      assertThat(placed(with(1, other).placement(List.of(sha256(4)))))
          .containsExactly(true, false, true, true);
    }
  }

  @Test
  void needsNoLookAtAFileOfAnotherSizeOrKind() throws IOException {
    for (TreeEntry other :
        List.of(
            new FileEntry(new EntryName("b"), 0777, 12, 2, 102, BEFORE, Optional.empty()),
            new SymlinkEntry(new EntryName("b"), 12, "a", 102, BEFORE),
            entry("b", 0666, 12, 102, WATERMARK))) {
      Comparison comparison = with(1, other);
      assertThat(comparison.untouched()).isFalse();
      assertThat(comparison.unverified()).isZero();
      assertThat(placed(comparison.placement(List.of()))).containsExactly(true, false, true, true);
    }
  }

  @Test
  void knowsASymlinkByItsTarget() throws IOException {
    Comparison same = with(2, new SymlinkEntry(new EntryName("d/c"), 99, "target", 999, WATERMARK));
    assertThat(same.untouched()).isFalse();
    assertThat(same.placement(List.of()).hasSameContent()).isTrue();

    Comparison other = with(2, new SymlinkEntry(new EntryName("d/c"), 99, "else", 999, WATERMARK));
    assertThat(placed(other.placement(List.of()))).containsExactly(true, true, false, true);
  }

  @Test
  void packsAHardLinkGroupWholeWhenOneOfItChanged() throws IOException {
    Comparison parted = with(3, entry("e", 0666, 10, 104, WATERMARK));
    assertThat(placed(parted.placement(List.of()))).containsExactly(true, true, true, false);

    Comparison changed = with(0, entry("a", 0666, 99, 101, WATERMARK));
    assertThat(placed(changed.placement(List.of(sha256(9)))))
        .containsExactly(false, true, true, false);

    List<TreeEntry> entries = restored();
    entries.add(entry("f", 0666, 10, 101, BEFORE, "a"));
    assertThat(placed(comparison(entries).placement(List.of())))
        .containsExactly(false, true, true, false, false);
  }

  @Test
  void seesThatNamesCameOrWent() throws IOException {
    List<TreeEntry> fewer = restored();
    fewer.remove(1);
    assertThat(comparison(fewer).untouched()).isFalse();
    Placement without = comparison(fewer).placement(List.of());
    assertThat(without.hasSameContent()).isFalse();
    assertThat(without.whiteouts()).containsExactly("b");

    List<TreeEntry> last = restored();
    last.remove(3);
    assertThat(comparison(last).placement(List.of()).whiteouts()).containsExactly("e");

    List<TreeEntry> more = restored();
    more.add(1, entry("aa", 0666, 10, 104, BEFORE));
    assertThat(comparison(more).untouched()).isFalse();
    Placement grown = comparison(more).placement(List.of());
    assertThat(placed(grown)).containsExactly(true, false, true, true, true);
    assertThat(grown.tree().entries().get(2).mode()).isEqualTo(0700);
  }

  @Test
  void keepsAModeThatSomebodyChangedSince() throws IOException {
    Comparison comparison = with(0, entry("a", 0600, 10, 101, WATERMARK));

    assertThat(comparison.withoutBase().tree().entries().get(0).mode()).isEqualTo(0600);
  }

  @Test
  void disagreesWithTheIndexOfAnotherImage() throws IOException {
    BitSet one = new BitSet();
    one.set(1);
    TreeIndex other =
        new TreeIndex(
            List.of(),
            1,
            1,
            List.of(
                index.layers().getFirst(),
                new TreeIndex.Layer(BASE, 2, one, new short[] {0700}, new long[] {12})),
            List.of(),
            new TreeMap<>());

    assertThat(comparison(restored()).agreesWith(other)).isFalse();
  }

  private record Line(String name, int layer, int position, boolean live) {}

  private Optional<Comparison> comparisonOf(Line... lines) throws IOException {
    try (LocalIndexWriter out = new LocalIndexWriter(file)) {
      out.begin(BASE, WATERMARK, 0);
      for (Line line : lines) {
        LocalIndexEntry entry =
            new LocalIndexEntry()
                .of(LayerWriter.utf8(line.name()))
                .at(line.layer(), line.position(), EntryKind.FILE, 1);
        out.entry(line.live() ? entry.live(0644, 0644, 0, 0, 0).sum(sums(1), 0) : entry);
      }
      out.finish();
    }
    try (LocalIndexReader local =
        LocalIndexReader.open(file, new MemoryBudget(Resources.ofThisJvm())).orElseThrow()) {
      return Comparison.of(local, tree(restored()), Ctimes.TRUSTED);
    }
  }

  private static Line dead(String name, int layer, int position) {
    return new Line(name, layer, position, false);
  }

  private static Line live(String name, int layer, int position) {
    return new Line(name, layer, position, true);
  }

  @Test
  void isOfNoUseWhenItsEntriesAreOutOfOrderOrOneIsAliveTwice() throws IOException {
    assertThat(comparisonOf(dead("a", 0, 0), live("a", 1, 0), dead("b", 0, 1))).isPresent();
    assertThat(comparisonOf(live("a", 0, 0), live("a", 1, 0))).isEmpty();
    assertThat(comparisonOf(dead("b", 0, 0), dead("a", 0, 1))).isEmpty();
    assertThat(comparisonOf(dead("a", 1, 0), dead("a", 0, 0))).isEmpty();
    assertThat(comparisonOf(dead("a", 0, 0), dead("a", 0, 1))).isEmpty();
    assertThat(comparisonOf(dead("a", 0, 1))).isEmpty();
  }

  @Test
  void countsAsAbsentWhenItHasMoreFoldersThanMayBeHeld() throws IOException {
    MemoryBudget memory = new MemoryBudget(Resources.of(1 << 20, 2));
    try (LocalIndexReader index = LocalIndexReader.open(file, memory).orElseThrow()) {
      assertThat(index.folders()).isNotEmpty();
    }

    assertThat(memory.held()).isPositive();
    assertThat(LocalIndexReader.open(file, new MemoryBudget(Resources.of(memory.held(), 2))))
        .isEmpty();
  }

  @Test
  void countsAsAbsentWhenItIsCutAnywhereOrABitIsAnother() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(LocalIndexReader.open(file, new MemoryBudget(Resources.ofThisJvm()))).isEmpty();
      byte[] flipped = whole.clone();
      flipped[length] ^= 1;
      Files.write(file, flipped);
      assertThat(LocalIndexReader.open(file, new MemoryBudget(Resources.ofThisJvm()))).isEmpty();
    }
  }
}
