package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.blob;
import static dev.stepcache.objects.StoredImages.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A store in a folder of a bucket in memory, which does what a test says. */
abstract class ObjectStoreCase {
  static final Tag TAG = new Tag("key");
  static final String BLOBS = "folder/blobs/sha256/";

  final MemoryBucket bucket = new MemoryBucket();
  final ObjectStore store = ObjectStores.of(bucket, "folder");

  static String object(Descriptor blob) {
    return BLOBS + blob.digest().hex();
  }

  static Descriptor manifestOf(String... layers) {
    return Descriptor.of(MediaType.OCI_MANIFEST, manifest(layers));
  }

  void assertWhole(Tag tag) throws IOException {
    StoredManifest stored = store.manifest(tag).orElseThrow();
    Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    for (Descriptor blob : blobs) {
      try (InputStream in = store.blob(blob)) {
        assertThat(Digest.of(in.readAllBytes())).isEqualTo(blob.digest());
      }
    }
  }
}
