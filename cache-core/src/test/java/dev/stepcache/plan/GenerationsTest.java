package dev.stepcache.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.FrameCompressor;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.cache.Candidate;
import dev.stepcache.cache.Fetch;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.LayerWriter;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.Sums;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.store.StoreReference;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image of three generations, made by hand: content that changed, went, came back, and turned
 * from a file into a folder and the other way round.
 */
class GenerationsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/three-generations");
  private static final Tag TAG = new Tag("golden");
  private static final Platform PLATFORM = new Platform("linux", "amd64");
  private static final long TIME = 1_700_000_000_123_456_789L;

  @TempDir Path folder;

  /** A file of one layer: its content is its name and the generation. */
  private record Put(String name, boolean live) {}

  private static Put live(String name) {
    return new Put(name, true);
  }

  private static Put dead(String name) {
    return new Put(name, false);
  }

  private final List<List<Put>> generations =
      new ArrayList<>(
          List.of(
              List.of(
                  dead("back"),
                  dead("changed"),
                  dead("folder/gone"),
                  live("folder/kept"),
                  dead("gone/all/a"),
                  dead("gone/all/b"),
                  live("kept"),
                  dead("was-file"),
                  dead("was-folder/x")),
              List.of(dead("changed"), live("was-file/now/folder"), live("was-folder")),
              List.of(live("back"), live("changed"), live("folder/new"))));
  private Set<String> whiteouts = Set.of("folder/gone", "gone");
  private final List<String> folders = List.of("empty", "folder", "was-file", "was-file/now");

  @Test
  void isReadAsItWasWrittenOnce() throws IOException {
    if ("write".equals(System.getProperty("golden"))) {
      deleteAll(GOLDEN);
      write(GOLDEN.toAbsolutePath());
    }

    FetchOutcome outcome = fetch(GOLDEN.toAbsolutePath(), folder.resolve("out"));

    assertThat(outcome.reason()).isEqualTo(Reason.HIT);
    SortedMap<String, TreeSnapshot.Entry> tree = TreeSnapshot.of(folder.resolve("out"));
    assertThat(tree.keySet())
        .containsExactly(
            "back",
            "changed",
            "empty",
            "folder",
            "folder/kept",
            "folder/new",
            "kept",
            "was-file",
            "was-file/now",
            "was-file/now/folder",
            "was-folder");
    assertThat(folder.resolve("out/back")).hasContent("back in generation 3");
    assertThat(folder.resolve("out/changed")).hasContent("changed in generation 3");
    assertThat(folder.resolve("out/kept")).hasContent("kept in generation 1");
    assertThat(tree.values())
        .allSatisfy(entry ->
            assertThat(entry.mtime().to(TimeUnit.NANOSECONDS)).isBetween(TIME, TIME + 1_000));
    assertThat(tree.get("folder/kept").mode()).isEqualTo("640");
    assertThat(tree.get("folder").mode()).isEqualTo("751");
  }

  @Test
  void isWrittenAsItWasOnce() throws IOException {
    write(folder.resolve("store"));

    assertThat(diffIds(folder.resolve("store"))).isEqualTo(diffIds(GOLDEN.toAbsolutePath()));
  }

  @Test
  void showsTheSameTreeToAReaderThatKnowsLayersOnly() throws IOException {
    write(folder.resolve("store"));
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    Manifest ours = manifest(store);
    Manifest foreign =
        new Manifest(ours.mediaType(), ours.config(), ours.layers(), new TreeMap<>());
    store.put(TAG, MediaType.OCI_MANIFEST, foreign.toJson());

    assertThat(fetch(folder.resolve("store"), folder.resolve("out")).reason())
        .isEqualTo(Reason.HIT);

    fetch(GOLDEN.toAbsolutePath(), folder.resolve("golden"));
    assertThat(contents(folder.resolve("out"))).isEqualTo(contents(folder.resolve("golden")));
  }

  private static SortedMap<String, String> contents(Path root) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    TreeSnapshot.of(root).forEach((name, entry) -> contents.put(name, entry.content()));
    return contents;
  }

  @Test
  void isCorruptWhenADeadEntryWouldBeSeen() throws IOException {
    whiteouts = Set.of("gone");
    expectCorrupt();
  }

  @Test
  void isCorruptWhenAWhiteoutHidesALiveEntry() throws IOException {
    whiteouts = Set.of("folder/gone", "gone", "kept");
    expectCorrupt();
  }

  @Test
  void isCorruptWhenAWhiteoutHidesTheFolderOfALiveEntry() throws IOException {
    whiteouts = Set.of("folder", "gone");
    expectCorrupt();
  }

  @Test
  void isCorruptWhenAnOlderEntryIsAliveUnderANewerOne() throws IOException {
    generations.set(1, List.of(live("changed"), live("was-file/now/folder"), live("was-folder")));
    generations.set(2, List.of(live("back"), dead("changed"), live("folder/new")));
    expectCorrupt();
  }

  @Test
  void isCorruptWhenANameIsAliveTwice() throws IOException {
    generations.set(1, List.of(live("changed"), live("was-file/now/folder"), live("was-folder")));
    expectCorrupt();
  }

  @Test
  void isCorruptWhenADeadFileHidesTheFolderOfALiveEntry() throws IOException {
    generations.set(2, List.of(live("back"), live("changed"), dead("folder")));
    expectCorrupt();
  }

  private void expectCorrupt() throws IOException {
    write(folder.resolve("store"));
    assertThat(fetch(folder.resolve("store"), folder.resolve("out")).reason())
        .isEqualTo(Reason.CORRUPT);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static FetchOutcome fetch(Path store, Path out) {
    return new Fetch(
            CacheFolders.of(out),
            RestoreMode.PRESERVE,
            PLATFORM,
            1 << 30,
            Duration.ofSeconds(1),
            Resources.ofThisJvm(),
            event -> {})
        .run(
            List.of(
                Candidate.ofTheKey(
                    new LayoutStore(store), new StoreReference.InLayout(store, TAG))));
  }

  private void write(Path layout) throws IOException {
    LayoutStore store = new LayoutStore(layout);
    List<PackedLayer> packed = new ArrayList<>();
    List<TreeIndex.Layer> layers = new ArrayList<>();
    long time = TIME;
    int files = 0;
    long bytes = 0;
    for (int number = 0; number < generations.size(); number++) {
      List<Put> puts = generations.get(number);
      PackedLayer layer = pack(store, puts, number + 1);
      packed.add(layer);
      BitSet live = new BitSet();
      for (int at = 0; at < puts.size(); at++) {
        live.set(at, puts.get(at).live());
        bytes += puts.get(at).live() ? content(puts.get(at), number + 1).length : 0;
      }
      long[] mtimes = new long[live.cardinality()];
      short[] modes = new short[mtimes.length];
      Arrays.fill(modes, (short) 0640);
      for (int at = 0; at < mtimes.length; at++) {
        mtimes[at] = time++;
      }
      files += mtimes.length;
      layers.add(new TreeIndex.Layer(layer.diffId(), puts.size(), live, modes, mtimes));
    }
    List<FolderEntry> table =
        folders.stream().map(name -> new FolderEntry(new EntryName(name), 0751, TIME)).toList();
    TreeIndex index = new TreeIndex(List.of(), files, bytes, layers, table, new TreeMap<>());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PackedLayer indexLayer =
        new IndexLayer(index, Optional.empty(), whiteouts)
            .pack(Set.of("empty"), Compression.USUAL, out);
    store.upload(indexLayer.blob(), () -> new ByteArrayInputStream(out.toByteArray()));
    CacheImage.Documents image =
        CacheImage.write(
            new CacheImage.Description(PLATFORM, Instant.ofEpochSecond(1_700_000_000)),
            packed,
            indexLayer,
            0);
    store.upload(image.configDescriptor(), () -> new ByteArrayInputStream(image.config()));
    store.put(TAG, MediaType.OCI_MANIFEST, image.manifest());
  }

  private static byte[] content(Put put, int generation) {
    return (put.name() + " in generation " + generation).getBytes(UTF_8);
  }

  private static PackedLayer pack(LayoutStore store, List<Put> puts, int generation)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Sums sums = new Sums();
    PackedLayer layer;
    try (FrameCompressor compressor = Compression.USUAL.compressor(1 << 20, IdleCores.NONE)) {
      LayerWriter writer = new LayerWriter(out, compressor, LayerCompression.ZSTD);
      for (Put put : puts) {
        byte[] content = content(put, generation);
        writer.entry(TarHeader.file(put.name(), false, content.length), put.name());
        writer.write(content);
        writer.pad(content.length);
        sums.add(Digest.of(content).bytes());
      }
      layer = writer.finish(sums);
    }
    store.upload(layer.blob(), () -> new ByteArrayInputStream(out.toByteArray()));
    return layer;
  }

  private static Manifest manifest(LayoutStore store) throws IOException {
    return Manifest.parse(store.manifest(TAG).orElseThrow().content(), MediaType.OCI_MANIFEST);
  }

  private static List<?> diffIds(Path layout) throws IOException {
    LayoutStore store = new LayoutStore(layout);
    Descriptor config = manifest(store).config();
    try (var in = store.blob(config)) {
      return ImageConfig.parse(in.readAllBytes()).diffIds();
    }
  }

  private static void deleteAll(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
