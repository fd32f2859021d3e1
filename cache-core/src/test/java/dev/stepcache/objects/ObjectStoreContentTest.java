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

import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store in a bucket believes of what is there, and what it sends in its place. */
class ObjectStoreContentTest extends ObjectStoreCase {
  @Test
  void readsAManifestThatIsTooLargeForItsTagFromItsBlob() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    upload(store, MediaType.OCI_CONFIG, config("a"));
    TreeMap<String, String> annotations = new TreeMap<>();
    annotations.put("large", "x".repeat(2 << 20));
    byte[] large =
        new Manifest(
                MediaType.OCI_MANIFEST,
                Descriptor.of(MediaType.OCI_CONFIG, config("a")),
                List.of(blob("a")),
                annotations)
            .toJson();

    store.put(TAG, MediaType.OCI_MANIFEST, large);

    assertThat(bucket.bytes("folder/tags/key").length).isLessThan(1000);
    assertThat(store.manifest(TAG).orElseThrow().content()).isEqualTo(large);
    bucket.remove(BLOBS + Digest.of(large).hex());
    assertThatThrownBy(() -> store.lookUp(TAG)).isInstanceOf(StoreException.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "{}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:0\","
            + "\"size\":3}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":3,"
            + "\"data\":\"AAAA\"}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":3,"
            + "\"data\":\"???\"}"
      })
  void believesNoTagThatIsBrokenAndReplacesIt(String content) throws IOException {
    save(store, TAG, "a");
    bucket.set("folder/tags/key", content.getBytes(UTF_8));

    assertThatThrownBy(() -> store.lookUp(TAG))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageStartingWith("read s3://bucket/folder:key: ");

    save(store, TAG, "a");
    assertWhole(TAG);
  }

  @Test
  void replacesABlobThatIsBrokenWhenItIsSentAgain() throws IOException {
    save(store, TAG, "a");
    byte[] broken = layer("a");
    broken[0] ^= 1;
    bucket.set(object(blob("a")), broken);

    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertWhole(TAG);
  }

  @Test
  void replacesABlobThatItMaySendAndNotRead() throws IOException {
    save(store, TAG, "a");
    bucket.set(object(blob("a")), new byte[] {1});
    bucket.fail((request, name) -> {
      if (request.equals("get") && name.startsWith(BLOBS)) {
        throw new StoreException.Unauthorized("read: no");
      }
    });

    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertThat(bucket.bytes(object(blob("a")))).isEqualTo(layer("a"));
  }

  @Test
  void sendsNoBlobASecondTimeThatAnotherWriterHasSentMeanwhile() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    bucket.requests();

    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));

    assertThat(bucket.requests())
        .containsExactly("put " + object(blob("a")), "get " + object(blob("a")));
  }

  @Test
  void storesNothingOfASourceThatGivesOtherBytes() {
    byte[] longer = new byte[layer("a").length + 1];
    System.arraycopy(layer("a"), 0, longer, 0, longer.length - 1);
    for (byte[] wrong : List.of(layer("b"), new byte[0], layer("a, and more"), longer)) {
      assertThatThrownBy(() -> store.upload(blob("a"), () -> new ByteArrayInputStream(wrong)))
          .isInstanceOf(BrokenContentException.class);
    }
    assertThat(bucket.names()).containsExactly("folder/oci-layout");
  }

  @Test
  void believesNoTagThatTheBucketTookAndDoesNotHave() throws IOException {
    upload(store, MediaType.OCI_LAYER_ZSTD, layer("a"));
    upload(store, MediaType.OCI_CONFIG, config("a"));
    bucket.fail((request, name) -> {
      if (request.equals("get") && name.equals("folder/tags/key")) {
        bucket.remove(name);
      }
    });

    assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, manifest("a")))
        .isInstanceOf(StoreException.Rejected.class)
        .hasMessageContaining("nothing was saved");
  }
}
