package dev.stepcache.cli.prune;

import dev.stepcache.cli.CacheDetails;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Caches of a few bytes, as far as prune looks at them. */
abstract class PruneCase {
  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  static CacheKey key(int number) {
    return new CacheKey(String.format("%064x", number));
  }

  private static byte[] layer(String name) {
    return "x".repeat(100 * (name.length())).concat(name).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] config(int daysAgo, List<Descriptor> layers) {
    return new ImageConfig(
            new Platform("linux", "amd64"),
            NOW.minusSeconds(daysAgo * 86_400L),
            layers.stream().map(Descriptor::digest).toList())
        .toJson();
  }

  private static List<Descriptor> layers(String... names) {
    return Arrays.stream(names)
        .map(name -> Descriptor.of(MediaType.OCI_LAYER_ZSTD, layer(name)))
        .toList();
  }

  static byte[] manifest(int key, int daysAgo, String... layers) {
    return new Manifest(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, config(daysAgo, layers(layers))),
            layers(layers),
            new TreeMap<>(Map.of("dev.stepcache.format", "1", "dev.stepcache.key", key(key).hex())))
        .toJson();
  }

  /** Saves a cache with the blobs that it names. */
  static void save(Store store, String tag, int key, int daysAgo, String... layers)
      throws IOException {
    for (String name : layers) {
      upload(store, MediaType.OCI_LAYER_ZSTD, layer(name));
    }
    upload(store, MediaType.OCI_CONFIG, config(daysAgo, layers(layers)));
    store.put(new Tag(tag), MediaType.OCI_MANIFEST, manifest(key, daysAgo, layers));
  }

  private static void upload(Store store, MediaType type, byte[] content) throws IOException {
    store.upload(Descriptor.of(type, content), () -> new ByteArrayInputStream(content));
  }

  /** The same as list sees it. */
  static CacheDetails.Cache cache(String tag, int key, int daysAgo, String... layers) {
    byte[] manifest = manifest(key, daysAgo, layers);
    try {
      return new CacheDetails.Cache(
          new Tag(tag),
          Digest.of(manifest),
          Optional.of(key(key)),
          ImageConfig.parse(config(daysAgo, layers(layers))),
          layers(layers));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String tag(int key) {
    return "go-" + key(key).hex();
  }
}
