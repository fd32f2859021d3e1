package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.archive.Decompression;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.archive.TarReader;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.tree.EntryName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** Images to bake of, and what was baked as whoever runs it would see it. */
abstract class BakeCase extends CliCase {
  static final Platform AMD64 = new Platform("linux", "amd64");
  static final Platform ARM64 = new Platform("linux", "arm64");

  /** A tar that is written entry by entry. */
  static final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Tar folder(String name) {
      bytes.writeBytes(TarHeader.folder(name).bytes());
      return this;
    }

    Tar file(String name, int mode, String content) {
      byte[] text = content.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(
          TarHeader.file(name, false, text.length)
              .with(mode, new TarHeader.Stamp(1_700_000_000, 0, 0))
              .bytes());
      bytes.writeBytes(text);
      bytes.writeBytes(new byte[(int) (TarHeader.padded(text.length) - text.length)]);
      return this;
    }

    Tar symlink(String name, String target) {
      bytes.writeBytes(TarHeader.symlink(name, target).bytes());
      return this;
    }

    Tar hardLink(String name, String target) {
      bytes.writeBytes(TarHeader.hardLink(name, false, target).bytes());
      return this;
    }

    byte[] end() {
      bytes.writeBytes(new byte[2 * TarHeader.BLOCK]);
      return bytes.toByteArray();
    }
  }

  static Tar tar() {
    return new Tar();
  }

  /** An image of another tool: gzip layers, an environment, a label and a history. */
  StoredManifest image(String repository, Platform platform, boolean docker, Tar... layers)
      throws IOException {
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      List<Descriptor> blobs = new ArrayList<>();
      ObjectNode config = Json.newObject();
      config.put("created", "2026-01-02T03:04:05Z");
      config.put("architecture", platform.architecture());
      config.put("os", platform.os());
      ObjectNode run = config.putObject("config");
      run.putArray("Env").add("PATH=/usr/bin").add("LANG=C");
      run.put("WorkingDir", "/work");
      run.putObject("Labels").put("maker", "somebody");
      ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
      ArrayNode history = config.putArray("history");
      for (Tar layer : layers) {
        byte[] tar = layer.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
          gzip.write(tar);
        }
        byte[] blob = out.toByteArray();
        Descriptor described =
            Descriptor.of(docker ? MediaType.DOCKER_LAYER_GZIP : MediaType.OCI_LAYER_GZIP, blob);
        store.upload(described, () -> new ByteArrayInputStream(blob));
        blobs.add(described);
        diffIds.add(Digest.of(tar).toString());
        history.addObject().put("created_by", "RUN make");
      }
      byte[] document = Json.bytes(config);
      Descriptor configBlob =
          Descriptor.of(docker ? MediaType.DOCKER_CONFIG : MediaType.OCI_CONFIG, document);
      store.upload(configBlob, () -> new ByteArrayInputStream(document));
      MediaType type = docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST;
      byte[] manifest = new Manifest(type, configBlob, blobs, new TreeMap<>()).toJson();
      return new StoredManifest(Digest.of(manifest), type, manifest);
    }
  }

  /** The same under a tag. */
  void image(String repository, String tag, Tar... layers) throws IOException {
    put(repository, tag, image(repository, AMD64, false, layers));
  }

  void put(String repository, String tag, StoredManifest image) throws IOException {
    try (OpenStores stores = stores()) {
      stores
          .of(StoreReference.repository(repository))
          .put(new Tag(tag), image.mediaType(), image.content());
    }
  }

  /** Images of two platforms under a tag. */
  void imagesOfTwo(String repository, String tag, StoredManifest first, StoredManifest second)
      throws IOException {
    LinkedHashMap<Platform, Descriptor> manifests = new LinkedHashMap<>();
    manifests.put(AMD64, Descriptor.of(first.mediaType(), first.content()));
    manifests.put(ARM64, Descriptor.of(second.mediaType(), second.content()));
    byte[] index = ImageIndex.toJson(MediaType.OCI_INDEX, manifests, new TreeMap<>());
    try (OpenStores stores = stores()) {
      Store store = stores.of(StoreReference.repository(repository));
      store.putUntagged(first.mediaType(), first.content());
      store.putUntagged(second.mediaType(), second.content());
      store.put(new Tag(tag), MediaType.OCI_INDEX, index);
    }
  }

  /** Writes into one of two cache paths, {@code mod} and {@code build}. */
  void cached(String path, String name, String content) throws IOException {
    Path file = folder.resolve("paths").resolve(path).resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** A build cache as Go makes one: a folder for each first byte of a hash. */
  void goBuildCache() throws IOException {
    for (int first = 0; first < 256; first++) {
      Files.createDirectories(folder.resolve("paths/build").resolve("%02x".formatted(first)));
    }
    cached("build", "ab/ab" + "0".repeat(62) + "-a", "an action");
    cached("build", "cd/cd" + "0".repeat(62) + "-d", "its output");
    cached("build", "README", "Go's");
  }

  /** Saves the two cache paths by their names, as key and as latest. */
  void savePaths(String repository, String key) throws IOException {
    Files.createDirectories(folder.resolve("paths/mod"));
    Files.createDirectories(folder.resolve("paths/build"));
    Ran ran =
        run(
            "upload",
            "--insecure",
            "--key",
            key,
            "--target",
            repository + ":{{hash}}",
            "--cache-paths",
            "mod=" + folder.resolve("paths/mod"),
            "--cache-paths",
            "build=" + folder.resolve("paths/build"));
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out() + ran.err()).contains("saved: ");
  }

  /** What whoever runs an image sees of an entry. */
  record Seen(TarEntry entry, String content) {
    String mode() {
      return Integer.toOctalString(entry.mode());
    }

    long seconds() {
      return entry.mtime() / 1_000_000_000;
    }
  }

  /** An image that was read back. */
  record Read(Digest digest, Manifest manifest, ObjectNode config, SortedMap<String, Seen> files) {}

  Read read(String reference) throws IOException {
    return read(reference, AMD64);
  }

  /** Applies the layers of an image one over the other (OCI image specification, layers). */
  Read read(String reference, Platform platform) throws IOException {
    StoreReference place = StoreReference.parse(reference);
    try (OpenStores stores = stores()) {
      Store store = stores.of(place);
      StoredManifest stored = store.manifest(place.selector()).orElseThrow();
      Digest digest = stored.digest();
      if (stored.mediaType().isIndex()) {
        ImageIndex index = ImageIndex.parse(stored.content(), stored.mediaType());
        stored = store.manifest(index.manifest(platform).orElseThrow().digest()).orElseThrow();
      }
      Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
      byte[] document = blob(store, manifest.config());
      ImageConfig config = ImageConfig.parse(document);
      assertThat(config.diffIds()).hasSameSizeAs(manifest.layers());
      SortedMap<String, Seen> files = new TreeMap<>();
      for (int at = 0; at < manifest.layers().size(); at++) {
        Descriptor layer = manifest.layers().get(at);
        LayerCompression compression = layer.mediaType().layerCompression().orElseThrow();
        byte[] tar;
        try (InputStream in =
            Decompression.of(new ByteArrayInputStream(blob(store, layer)), compression)) {
          tar = in.readAllBytes();
        }
        assertThat(Digest.of(tar)).isEqualTo(config.diffIds().get(at));
        apply(tar, files);
      }
      return new Read(digest, manifest, Json.object(document, "config"), files);
    }
  }

  private static byte[] blob(Store store, Descriptor blob) throws IOException {
    try (InputStream in = store.blob(blob)) {
      byte[] content = in.readAllBytes();
      assertThat(Digest.of(content)).isEqualTo(blob.digest());
      return content;
    }
  }

  private static void apply(byte[] tar, SortedMap<String, Seen> files) throws IOException {
    Map<String, Seen> here = new LinkedHashMap<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(tar));
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      String name = next.get().name().map(EntryName::value).orElse("");
      String last = name.substring(name.lastIndexOf('/') + 1);
      if (last.startsWith(".wh.")) {
        String hidden = EntryName.parent(name);
        hidden = (hidden.isEmpty() ? "" : hidden + "/") + last.substring(4);
        String gone = hidden;
        files.keySet().removeIf(one -> one.equals(gone) || one.startsWith(gone + "/"));
      } else if (!name.isEmpty()) {
        String content = new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
        here.put(name, new Seen(next.get(), content));
      }
    }
    files.putAll(here);
  }

  Ran bake(String... arguments) {
    return bakeAt(Instant.ofEpochSecond(1_795_900_000), arguments);
  }

  /** The same on another day. */
  Ran bakeAt(Instant day, String... arguments) {
    List<String> all = new ArrayList<>(List.of("bake", "--insecure"));
    all.addAll(List.of(arguments));
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("SOURCE_DATE_EPOCH", Long.toString(day.getEpochSecond()));
    return runIn(environment, all.toArray(String[]::new));
  }

  static void assertFine(Ran ran) {
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.err()).isEmpty();
  }
}
