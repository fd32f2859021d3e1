package dev.stepcache.objects;

import static dev.stepcache.objects.StoredImages.blob;
import static dev.stepcache.objects.StoredImages.config;
import static dev.stepcache.objects.StoredImages.layer;
import static dev.stepcache.objects.StoredImages.manifest;
import static dev.stepcache.objects.StoredImages.save;
import static dev.stepcache.objects.StoredImages.upload;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.Sweeper;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Space that a bucket's deleted images took. */
class ObjectSweepTest {
  private static final Tag FIRST = new Tag("first");
  private static final Tag SECOND = new Tag("second");
  private static final Duration DAY = Duration.ofDays(1);

  private final MemoryBucket bucket = new MemoryBucket();
  private final ObjectStore store = ObjectStores.of(bucket, "folder");

  private void delete(Tag tag, String... layers) throws IOException {
    assertThat(store.deleteTag(tag, Digest.of(manifest(layers))))
        .isEqualTo(new DeletionOutcome.Done());
  }

  private static String object(String layer) {
    return "folder/blobs/sha256/" + blob(layer).digest().hex();
  }

  @Test
  void findsNothingWhereNothingIs() throws IOException {
    assertThat(store.sweep(DAY)).isEqualTo(new Sweeper.Swept(0, 0, 0));
    assertThat(bucket.names()).isEmpty();
  }

  @Test
  void freesWhatOnlyTheDeletedImageHadToTheByte() throws IOException {
    save(store, FIRST, "shared", "one");
    save(store, SECOND, "shared", "two");
    delete(FIRST, "shared", "one");
    bucket.pass(Duration.ofDays(3));

    Sweeper.Swept swept = store.sweep(DAY);

    long freed =
        layer("one").length + config("shared", "one").length + manifest("shared", "one").length;
    assertThat(swept).isEqualTo(new Sweeper.Swept(3, freed, 0));
    assertThat(store.has(blob("one"))).isFalse();
    assertThat(store.has(blob("shared"))).isTrue();
    assertThat(store.manifest(SECOND)).isPresent();
    assertThat(store.sweep(Duration.ZERO)).isEqualTo(new Sweeper.Swept(0, 0, 0));
    assertThat(bucket.names()).contains("folder/oci-layout").doesNotContain("folder/sweep");
  }

  @Test
  void leavesWhatAnUploadMayBeAboutToName() throws IOException {
    save(store, FIRST, "one");
    bucket.pass(Duration.ofDays(3));
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("young"));

    assertThat(store.sweep(DAY)).isEqualTo(new Sweeper.Swept(0, 0, layer("young").length));
    assertThat(store.has(blob("young"))).isTrue();
  }

  @Test
  void leavesWhatATagNamedSinceTheSweepBegan() throws IOException {
    save(store, FIRST, "one");
    delete(FIRST, "one");
    bucket.pass(Duration.ofDays(3));
    bucket.fail((request, name) -> {
      if (request.equals("list") && name.contains("blobs")) {
        bucket.fail((other, names) -> {});
        save(store, SECOND, "one");
      }
    });

    assertThat(store.sweep(DAY).blobs()).isZero();
    assertThat(store.has(blob("one"))).isTrue();
  }

  @Test
  void leavesWhatSomebodyWroteRightBefore() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("one"));
    bucket.pass(Duration.ofDays(3));
    bucket.fail((request, name) -> {
      if (request.equals("head") && name.equals(object("one"))) {
        bucket.set(name, layer("one"));
      }
    });

    assertThat(store.sweep(DAY)).isEqualTo(new Sweeper.Swept(0, 0, layer("one").length));

    bucket.pass(Duration.ofDays(3));
    bucket.fail((request, name) -> {
      if (request.equals("delete") && name.equals(object("one"))) {
        bucket.set(name, layer("one"));
      }
    });
    assertThat(store.sweep(DAY)).isEqualTo(new Sweeper.Swept(0, 0, layer("one").length));
    assertThat(store.has(blob("one"))).isTrue();
  }

  @Test
  void keepsWhatIndexesLeadTo() throws IOException {
    save(store, FIRST, "one");
    byte[] index =
        ("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\""
                + MediaType.OCI_MANIFEST
                + "\",\"digest\":\""
                + Digest.of(manifest("one"))
                + "\",\"size\":"
                + manifest("one").length
                + "}]}")
            .getBytes(UTF_8);
    store.put(SECOND, MediaType.OCI_INDEX, index);
    delete(FIRST, "one");
    bucket.pass(Duration.ofDays(3));

    assertThat(store.sweep(DAY).blobs()).isZero();
    assertThat(store.has(blob("one"))).isTrue();
  }

  /** An image of two platforms, whose manifests have no tag. */
  private byte[] saveIndex(Tag tag, MediaType type, String own) throws IOException {
    SequencedMap<Platform, Descriptor> manifests = new LinkedHashMap<>();
    for (String architecture : List.of("amd64", "arm64")) {
      String layer = own + " " + architecture;
      upload(store, MediaType.OCI_LAYER_ZSTD, layer(layer));
      upload(store, MediaType.OCI_CONFIG, config("shared", layer));
      store.putUntagged(MediaType.OCI_MANIFEST, manifest("shared", layer));
      manifests.put(
          new Platform("linux", architecture),
          Descriptor.of(MediaType.OCI_MANIFEST, manifest("shared", layer)));
    }
    byte[] index = ImageIndex.toJson(type, manifests, new TreeMap<>());
    store.put(tag, type, index);
    return index;
  }

  @Test
  void keepsTheImagesOfAnIndexThatStaysAndTakesThoseOfOneThatWent() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("shared"));
    for (MediaType type : List.of(MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST_LIST)) {
      byte[] index = saveIndex(FIRST, type, "going");
      saveIndex(SECOND, type, "staying");
      assertThat(store.deleteTag(FIRST, Digest.of(index))).isEqualTo(new DeletionOutcome.Done());
      bucket.pass(Duration.ofDays(3));

      store.sweep(DAY);

      for (String architecture : List.of("amd64", "arm64")) {
        Digest going = Digest.of(manifest("shared", "going " + architecture));
        Digest staying = Digest.of(manifest("shared", "staying " + architecture));
        assertThat(store.manifest(going)).isEmpty();
        assertThat(store.manifest(staying)).isPresent();
        assertThat(store.has(blob("going " + architecture))).isFalse();
        assertThat(store.has(blob("staying " + architecture))).isTrue();
      }
      assertThat(store.has(blob("shared"))).isTrue();
      assertThat(store.manifest(SECOND)).isPresent();
    }
  }

  @Test
  void removesNothingWhereATagCannotBeUnderstood() throws IOException {
    save(store, FIRST, "one");
    bucket.set("folder/tags/first", "{}".getBytes(UTF_8));
    bucket.pass(Duration.ofDays(3));
    List<String> before = bucket.names();

    assertThatThrownBy(() -> store.sweep(DAY))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageStartingWith("sweep s3://bucket/folder: the tag first cannot be understood (");
    assertThat(bucket.names()).isEqualTo(before);
  }

  @Test
  void removesNothingOfAnotherToolsLayout() throws IOException {
    save(store, FIRST, "one");
    delete(FIRST, "one");
    bucket.set("folder/index.json", "{}".getBytes(UTF_8));
    bucket.pass(Duration.ofDays(3));

    assertThatThrownBy(() -> store.sweep(DAY)).isInstanceOf(StoreException.Rejected.class);
    assertThat(store.has(blob("one"))).isTrue();
  }

  @Test
  void removesNothingThatItMayNot() throws IOException {
    save(store, FIRST, "one");
    delete(FIRST, "one");
    bucket.pass(Duration.ofDays(3));
    bucket.refuseDeletion();

    assertThatThrownBy(() -> store.sweep(DAY))
        .isInstanceOf(StoreException.Unauthorized.class)
        .hasMessageContaining("access denied");
    assertThat(store.has(blob("one"))).isTrue();
  }

  @Test
  void removesNothingButBlobs() throws IOException {
    save(store, FIRST, "one");
    bucket.set("folder/blobs/sha256/README", new byte[1]);
    bucket.set("folder/blobs/sha256/" + "0".repeat(64) + "/x", new byte[1]);
    bucket.pass(Duration.ofDays(3));

    assertThat(store.sweep(DAY).blobs()).isZero();
  }

  @Test
  void letsAnUploadBesideItEndWithAWholeImage() throws IOException {
    save(store, FIRST, "one");
    delete(FIRST, "one");
    bucket.pass(Duration.ofDays(3));
    // An upload that found the blob there names it after the sweep took it.
    assertThat(store.has(blob("one"))).isTrue();
    store.sweep(DAY);

    assertThatThrownBy(() -> store.put(SECOND, MediaType.OCI_MANIFEST, manifest("one")))
        .isInstanceOf(StoreException.BlobsUnknown.class);
    save(store, SECOND, "one");
    assertThat(store.has(blob("one"))).isTrue();
  }
}
