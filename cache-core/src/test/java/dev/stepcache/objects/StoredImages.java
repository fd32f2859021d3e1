package dev.stepcache.objects;

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
import java.util.TreeMap;

/** Small images, by the names of their layers. */
final class StoredImages {
  private StoredImages() {}

  static byte[] layer(String name) {
    return ("layer " + name).getBytes(StandardCharsets.UTF_8);
  }

  static Descriptor blob(String name) {
    return Descriptor.of(MediaType.OCI_LAYER_ZSTD, layer(name));
  }

  static byte[] config(String... layers) {
    List<Digest> contents = Arrays.stream(layers).map(name -> blob(name).digest()).toList();
    return new ImageConfig(new Platform("linux", "amd64"), Instant.EPOCH, contents).toJson();
  }

  static byte[] manifest(String... layers) {
    return new Manifest(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, config(layers)),
            Arrays.stream(layers).map(StoredImages::blob).toList(),
            new TreeMap<>())
        .toJson();
  }

  static void upload(Store store, MediaType type, byte[] content) throws IOException {
    store.upload(Descriptor.of(type, content), () -> new ByteArrayInputStream(content));
  }

  /** Only blobs that are not there are sent, as an upload does. */
  static void save(Store store, Tag tag, String... layers) throws IOException {
    for (String name : layers) {
      if (!store.has(blob(name))) {
        upload(store, MediaType.OCI_LAYER_ZSTD, layer(name));
      }
    }
    if (!store.has(Descriptor.of(MediaType.OCI_CONFIG, config(layers)))) {
      upload(store, MediaType.OCI_CONFIG, config(layers));
    }
    store.put(tag, MediaType.OCI_MANIFEST, manifest(layers));
  }
}
