package dev.stepcache.hostile;

import com.github.luben.zstd.Zstd;
import dev.stepcache.archive.Compression;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts archives into a store, as images of another tool and of our own shape. */
record Images(LayoutStore store) {
  static final Platform PLATFORM = new Platform("linux", "amd64");
  static final Tag TAG = new Tag("hostile");

  enum Shape {
    FOREIGN,
    OURS
  }

  Images(Path layout) {
    this(new LayoutStore(layout));
  }

  void put(Archive archive, Shape shape) throws IOException {
    switch (shape) {
      case FOREIGN -> foreign(archive);
      case OURS -> ours(archive);
    }
  }

  private void foreign(Archive archive) throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    for (Archive.Layer layer : archive.layers()) {
      layers.add(upload(layer.type(), layer.blob()));
    }
    ImageConfig config =
        new ImageConfig(
            PLATFORM,
            Instant.EPOCH,
            archive.layers().stream().map(layer -> Digest.of(layer.tar())).toList());
    Manifest manifest =
        new Manifest(
            MediaType.OCI_MANIFEST,
            upload(MediaType.OCI_CONFIG, config.toJson()),
            layers,
            new TreeMap<>());
    store.put(TAG, MediaType.OCI_MANIFEST, manifest.toJson());
  }

  private void ours(Archive archive) throws IOException {
    List<PackedLayer> packed = new ArrayList<>();
    List<TreeIndex.Layer> layers = new ArrayList<>();
    SortedSet<String> folders = new TreeSet<>(EntryName::compare);
    archive
        .expected()
        .ifPresent(tree ->
            tree.entries()
                .forEach((name, entry) -> {
                  if (entry.kind().equals("folder")) {
                    folders.add(name);
                  }
                }));
    int files = 0;
    for (Archive.Layer layer : archive.layers()) {
      byte[] tar = layer.raw().map(Images::tar).orElse(layer.tar());
      byte[] blob = layer.raw().map(raw -> zstd(raw, tar)).orElse(layer.blob());
      MediaType type = layer.raw().isPresent() ? MediaType.OCI_LAYER_ZSTD : layer.type();
      layer.raw().ifPresent(raw -> foldersAbove(raw, folders));
      int entries = layer.raw().map(RawTar::entries).orElse(1);
      layers.add(layer(Digest.of(tar), entries));
      packed.add(new PackedLayer(upload(type, blob), Digest.of(tar)));
      files += entries;
    }
    put(
        packed,
        new TreeIndex(
            List.of(),
            files,
            1 << 20,
            layers,
            folders.stream()
                .map(name -> new FolderEntry(new EntryName(name), 0755, Expected.TIME))
                .toList(),
            new TreeMap<>()));
  }

  /** Puts an image of ours with these content layers and an index of them. */
  void put(List<PackedLayer> content, TreeIndex index) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PackedLayer last =
        new IndexLayer(index, Optional.empty(), Set.of()).pack(Set.of(), Compression.USUAL, bytes);
    upload(MediaType.OCI_LAYER_ZSTD, bytes.toByteArray());
    put(content, last);
  }

  void put(List<PackedLayer> content, PackedLayer index) throws IOException {
    CacheImage.Documents image =
        CacheImage.write(new CacheImage.Description(PLATFORM, Instant.EPOCH), content, index, 0);
    upload(MediaType.OCI_CONFIG, image.config());
    store.put(TAG, MediaType.OCI_MANIFEST, image.manifest());
  }

  Descriptor upload(MediaType type, byte[] content) throws IOException {
    Descriptor blob = Descriptor.of(type, content);
    store.upload(blob, () -> new ByteArrayInputStream(content));
    return blob;
  }

  static TreeIndex.Layer layer(Digest diffId, int entries) {
    BitSet live = new BitSet();
    live.set(0, entries);
    short[] modes = new short[entries];
    Arrays.fill(modes, (short) 0644);
    long[] mtimes = new long[entries];
    Arrays.fill(mtimes, Expected.TIME);
    return new TreeIndex.Layer(diffId, entries, live, modes, mtimes);
  }

  private static void foldersAbove(RawTar raw, Set<String> folders) {
    for (String name : raw.names()) {
      try {
        for (String above = new EntryName(name).parent(); !above.isEmpty(); ) {
          folders.add(above);
          above = new EntryName(above).parent();
        }
      } catch (IllegalNameException e) {
        // An index cannot hold the folders of such a name.
      }
    }
  }

  private static byte[] sums(RawTar raw) {
    return new RawTar()
        .folder(".stepcache/")
        .folder(".stepcache/sums/")
        .file(".stepcache/sums/" + "0".repeat(32), "s".repeat(16 * raw.files()))
        .whole();
  }

  static byte[] tar(RawTar raw) {
    return Family.concat(raw.body(), sums(raw));
  }

  static byte[] zstd(RawTar raw, byte[] tar) {
    byte[] body = raw.body();
    return Family.concat(
        Zstd.compress(body), Zstd.compress(Arrays.copyOfRange(tar, body.length, tar.length)));
  }
}
