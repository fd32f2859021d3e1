package dev.stepcache.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.stepcache.Golden;
import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.oci.Digest;
import dev.stepcache.resources.Resources;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IndexCodecTest {
  private static final long SECOND = 1_000_000_000L;

  static TreeIndex sample() {
    BitSet live = new BitSet();
    live.set(0);
    live.set(2, 4);
    SortedMap<String, String> escaped = new TreeMap<>();
    escaped.put(
        ReservedNames.escaped("a/.wh.x").substring(ReservedNames.ESCAPED.length()), "a/.wh.x");
    return new TreeIndex(
        List.of("mod", "build"),
        5,
        1234,
        List.of(
            layer("1", 5, live, new long[] {0, 7_258_118_400L * SECOND + 123_456_789, -1}),
            layer("2", 2, all(2), new long[] {SECOND, 3 * SECOND})),
        List.of(
            new FolderEntry(new EntryName("a"), 0755, 1),
            new FolderEntry(new EntryName("a/b"), 0555, SECOND),
            new FolderEntry(new EntryName("a/ba"), 0555, 5)),
        escaped);
  }

  private static TreeIndex.Layer layer(String content, int entries, BitSet live, long[] mtimes) {
    short[] modes = new short[mtimes.length];
    Arrays.fill(modes, (short) 0644);
    modes[modes.length - 1] = 0777;
    return new TreeIndex.Layer(Digest.of(content.getBytes()), entries, live, modes, mtimes);
  }

  private static BitSet all(int count) {
    BitSet live = new BitSet();
    live.set(0, count);
    return live;
  }

  @Test
  void writesTheBytesThatTheFormatSays() throws IOException {
    Golden.check("index", IndexCodec.encode(sample()));
  }

  @Test
  void readsBackWhatItWrote() throws IOException {
    TreeIndex index = sample();

    TreeIndex read =
        IndexCodec.decode(IndexCodec.encode(index), new MemoryBudget(Resources.ofThisJvm()));

    assertThat(read.paths()).isEqualTo(index.paths());
    assertThat(read.files()).isEqualTo(5);
    assertThat(read.bytes()).isEqualTo(1234);
    assertThat(read.folders()).isEqualTo(index.folders());
    assertThat(read.escaped()).isEqualTo(index.escaped());
    assertThat(read.layers()).hasSize(2);
    for (int at = 0; at < 2; at++) {
      assertThat(read.layers().get(at).diffId()).isEqualTo(index.layers().get(at).diffId());
      assertThat(read.layers().get(at).entries()).isEqualTo(index.layers().get(at).entries());
      assertThat(read.layers().get(at).live()).isEqualTo(index.layers().get(at).live());
      assertThat(read.layers().get(at).modes()).isEqualTo(index.layers().get(at).modes());
      assertThat(read.layers().get(at).mtimes()).isEqualTo(index.layers().get(at).mtimes());
    }
  }

  private static TreeIndex used() {
    SortedMap<String, Uses.LastUse> unused = new TreeMap<>();
    unused.put("mod/example.com/b@v1.10.0", new Uses.LastUse(20_000, 3));
    unused.put("mod/example.com/b@v1.9.0", new Uses.LastUse(20_007, 1));
    unused.put("\uff5e", new Uses.LastUse(0, Integer.MAX_VALUE));
    unused.put("\ud83d\ude00", new Uses.LastUse(20_007, 0));
    return sample().with(Optional.of(new Uses(20_007 * 86_400L + 3_661, unused)));
  }

  @Test
  void writesTheBytesThatTheFormatSaysOfACachesLife() throws IOException {
    byte[] with = IndexCodec.encode(used());
    byte[] without = IndexCodec.encode(sample());

    Golden.check("index-with-uses", with);
    assertThat(Arrays.copyOf(with, without.length))
        .as("all that a reader knows that skips the section")
        .isEqualTo(without);
  }

  @Test
  void readsBackACachesLife() throws IOException {
    TreeIndex read =
        IndexCodec.decode(IndexCodec.encode(used()), new MemoryBudget(Resources.ofThisJvm()));

    assertThat(read.uses()).isEqualTo(used().uses());
    Uses uses = read.uses().orElseThrow();
    assertThat(uses.savedAt()).isEqualTo("2024-10-11T01:01:01Z");
    assertThat(uses.savedOn()).isEqualTo(20_007);
    assertThat(uses.unused().firstKey()).isEqualTo("mod/example.com/b@v1.10.0");
    assertThat(uses.unused().lastKey()).as("in the order of bytes").isEqualTo("\ud83d\ude00");
  }

  @Test
  void knowsNothingOfTheLifeOfACacheThatAnOlderVersionSaved() throws IOException {
    TreeIndex read =
        IndexCodec.decode(IndexCodec.encode(sample()), new MemoryBudget(Resources.ofThisJvm()));

    assertThat(read.uses()).isEmpty();
  }

  @Test
  void refusesUnitsOutOfOrderAndWhatNoClockTells() {
    List<byte[]> wrong =
        List.of(
            new byte[] {1, 2, 0, 1, 'b', 0, 1, 0, 1, 'a', 0, 1},
            new byte[] {1, 2, 0, 1, 'b', 0, 1, 1, 0, 0, 1},
            new byte[] {1, 1, 0, 1, 'b', 1, 1},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 127, 0},
            new byte[] {1, 0, 0});
    for (byte[] bytes : wrong) {
      assertThatThrownBy(() -> UsesCodec.decode(bytes, new MemoryBudget(Resources.ofThisJvm())))
          .as(Arrays.toString(bytes))
          .isInstanceOf(CorruptArchiveException.class);
    }
  }

  @Test
  void skipsASectionThatItDoesNotKnow() throws IOException {
    byte[] known = IndexCodec.encode(sample());
    byte[] more = Arrays.copyOf(known, known.length + 5);
    System.arraycopy(new byte[] {99, 3, 1, 2, 3}, 0, more, known.length, 5);

    assertThat(IndexCodec.decode(more, new MemoryBudget(Resources.ofThisJvm())).folders())
        .isEqualTo(sample().folders());
  }

  @Test
  void refusesEachPrefixOfAnIndex() {
    byte[] bytes = IndexCodec.encode(sample());
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> IndexCodec.decode(prefix, new MemoryBudget(Resources.ofThisJvm())))
          .as("the first %s bytes", length)
          .isInstanceOf(CorruptArchiveException.class);
    }
  }

  @Test
  void neverFailsOtherwiseThanAsCorrupt() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = IndexCodec.encode(used());
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        bytes[18 + random.nextInt(bytes.length - 18)] = (byte) random.nextInt();
      }
      try {
        assertThat(
                IndexCodec.decode(bytes, new MemoryBudget(Resources.ofThisJvm())).layers().size())
            .isLessThan(bytes.length);
      } catch (CorruptArchiveException expected) {
        assertThat(expected).hasMessageContaining("index");
      }
    }
  }

  @Test
  void staysNearFiveBytesAnEntry() {
    int count = 50_000;
    Random random = new Random(3);
    long[] mtimes = new long[count];
    long now = 1_790_000_000L * SECOND;
    for (int at = 0; at < count; at++) {
      mtimes[at] = now += random.nextInt(200_000);
    }
    TreeIndex index =
        new TreeIndex(
            List.of(),
            count,
            1,
            List.of(layer("1", count, all(count), mtimes)),
            List.of(),
            new TreeMap<>());

    assertThat(Zstd.compress(IndexCodec.encode(index)).length).isLessThan(5 * count);
  }
}
