package dev.stepcache.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.stepcache.archive.Compression;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.hostile.Images.Shape;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.ChildProcess;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that are small, and would have a step hold more than the heap of 32 MiB that it has in a
 * container of 128 MiB: refused by what they declare, and never for want of memory.
 */
@Tag("slow")
class MemoryBoundsTest {
  private static final String LONG = ("n".repeat(240) + "/").repeat(4);

  @TempDir Path root;
  private final List<String> expected = new ArrayList<>();

  private Images next(Reason reason) {
    expected.add(reason.word());
    return new Images(root.resolve("stores/" + (expected.size() - 1)));
  }

  /** An image of one file, with such an index. */
  private static TreeIndex index(List<String> folders) {
    return new TreeIndex(
        List.of(),
        1,
        1,
        List.of(Images.layer(Digest.of(tar()), 1)),
        folders.stream()
            .map(name -> new FolderEntry(new EntryName(name), 0755, Expected.TIME))
            .toList(),
        new TreeMap<>());
  }

  private static RawTar file() {
    return new RawTar().file("f", "x");
  }

  private static byte[] tar() {
    return Images.tar(file());
  }

  private static List<PackedLayer> content(Images images, RawTar raw) throws IOException {
    byte[] tar = Images.tar(raw);
    Descriptor blob = images.upload(MediaType.OCI_LAYER_ZSTD, Images.zstd(raw, tar));
    return List.of(new PackedLayer(blob, Digest.of(tar)));
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(number -> prefix + (100_000 + number)).toList();
  }

  private void folders(Reason reason, String prefix, int count) throws IOException {
    Images images = next(reason);
    List<String> names = new ArrayList<>();
    for (int slash = prefix.indexOf('/'); slash >= 0; slash = prefix.indexOf('/', slash + 1)) {
      names.add(prefix.substring(0, slash));
    }
    names.addAll(numbered(prefix, count));
    images.put(content(images, file()), index(names));
  }

  private void indexLayer(String recipe, Set<String> whiteouts) throws IOException {
    Images images = next(Reason.LIMIT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PackedLayer layer =
        new IndexLayer(index(List.of()), Optional.of(recipe), whiteouts)
            .pack(Set.of(), Compression.USUAL, bytes);
    images.upload(MediaType.OCI_LAYER_ZSTD, bytes.toByteArray());
    images.put(content(images, file()), layer);
  }

  private void indexOf(int size) throws IOException {
    Images images = next(Reason.LIMIT);
    byte[] tar =
        new RawTar()
            .folder(".stepcache/")
            .raw(RawHeader.file(".stepcache/index", size).block())
            .padded(new byte[size])
            .whole();
    Descriptor blob = images.upload(MediaType.OCI_LAYER_ZSTD, Zstd.compress(tar));
    images.put(content(images, file()), new PackedLayer(blob, Digest.of(tar)));
  }

  /** Names of entries that the index calls dead, none of which is written. */
  private void dead(int count) throws IOException {
    Images images = next(Reason.LIMIT);
    RawTar raw = new RawTar();
    for (String name : numbered(LONG, count)) {
      raw.pax("path", name).put(RawHeader.file("f", 0));
    }
    List<PackedLayer> content = content(images, raw);
    TreeIndex.Layer layer =
        new TreeIndex.Layer(
            content.getFirst().diffId(), count, new BitSet(), new short[0], new long[0]);
    images.put(content, new TreeIndex(List.of(), 0, 0, List.of(layer), List.of(), new TreeMap<>()));
  }

  private void foreign(Reason reason, RawTar raw) throws IOException {
    byte[] tar = raw.whole();
    Archive.Layer layer =
        new Archive.Layer(MediaType.OCI_LAYER_ZSTD, Zstd.compress(tar), tar, Optional.of(raw));
    next(reason)
        .put(new Archive("x", List.of(layer), Optional.empty(), EnumSet.of(reason)), Shape.FOREIGN);
  }

  private static RawTar deep(int count) {
    RawTar raw = new RawTar();
    for (int number = 0; number < count; number++) {
      raw.pax("path", number + ("/" + "d".repeat(250)).repeat(15) + "/f").file("f", "x");
    }
    return raw;
  }

  @Test
  void whatDeclaresMoreThanFitsIsRefusedBeforeItIsHeld() throws IOException {
    folders(Reason.HIT, "a", 10_000);
    folders(Reason.LIMIT, "a", 120_000);
    folders(Reason.LIMIT, LONG, 12_000);
    indexLayer("r".repeat(25 << 20), Set.of());
    indexLayer("", new HashSet<>(numbered(LONG, 12_000)));
    indexOf(25 << 20);
    dead(12_000);
    foreign(Reason.HIT, deep(40));
    foreign(Reason.LIMIT, deep(450));
    foreign(
        Reason.HIT,
        new RawTar()
            .pax("GNU.sparse.size", "1", "GNU.sparse.map", "0,0" + ",0,0".repeat((1 << 18) - 50))
            .file("s", ""));

    String told =
        new ChildProcess("C.UTF-8", "022")
            .withJvm("-Xmx32m", "-XX:+UseSerialGC")
            .run(ChildFetches.class, root, expected.size());

    assertThat(told.lines()).containsExactlyElementsOf(expected);
  }
}
