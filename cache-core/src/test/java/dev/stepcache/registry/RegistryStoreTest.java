package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry does on its good days. */
class RegistryStoreTest extends RegistryCase {
  @Test
  void readsAManifestByTagAndByDigest() throws IOException {
    Digest digest = addManifest();
    try (RegistryStore store = store()) {
      StoredManifest byTag = store.manifest(TAG).orElseThrow();
      assertThat(byTag.digest()).isEqualTo(digest);
      assertThat(byTag.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
      assertThat(byTag.content()).isEqualTo(MANIFEST);
      assertThat(store.manifest(digest).orElseThrow().content()).isEqualTo(MANIFEST);
    }
    assertThat(registry.seen().getFirst().header("Accept").orElseThrow())
        .contains("application/vnd.oci.image.manifest.v1+json")
        .contains("application/vnd.oci.image.index.v1+json");
  }

  @Test
  void asksForAllAsItIsStored() throws IOException {
    addManifest();
    try (RegistryStore store = store()) {
      store.manifest(TAG);
      upload(store, random(10));
    }
    assertThat(registry.seen())
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.header("Accept-encoding")).contains("identity"));
  }

  @Test
  void missesWhenTheTagIsAbsent() throws IOException {
    try (RegistryStore store = store()) {
      assertThat(store.manifest(TAG)).isEmpty();
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void savesAndReadsBack() throws IOException {
    byte[] content = random(300_000);
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, content);
    try (RegistryStore store = store()) {
      assertThat(store.has(blob)).isFalse();
      upload(store, content);
      assertThat(store.has(blob)).isTrue();
      store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(read(store, blob)).isEqualTo(content);
      assertThat(store.manifest(TAG).orElseThrow().content()).isEqualTo(MANIFEST);
    }
  }

  @Test
  void savesAnEmptyBlob() throws IOException {
    try (RegistryStore store = store()) {
      upload(store, new byte[0]);
      assertThat(read(store, Descriptor.of(MediaType.OCI_LAYER, new byte[0]))).isEmpty();
    }
  }

  @Test
  void takesABlobForThereWhoseLengthIsNotTold() throws IOException {
    Descriptor blob = addBlob(1000);
    registry.always("HEAD", "/blobs/", Fault.status(200, ""));
    try (RegistryStore store = store()) {
      assertThat(store.has(blob)).isTrue();
      assertThat(store.lacks(blob)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 405, 418, 451, 500, 501, 503})
  void knowsNothingOfABlobWhoseHeadIsRefused(int status) throws IOException {
    Descriptor there = addBlob(1000);
    Descriptor absent = Descriptor.of(MediaType.OCI_LAYER_ZSTD, random(10));
    registry.always("HEAD", "/blobs/", Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(store.has(there)).isFalse();
      assertThat(store.has(absent)).isFalse();
      // But the first byte tells.
      assertThat(store.lacks(there)).isFalse();
      assertThat(store.lacks(absent)).isTrue();
    }
  }

  @Test
  void asksNoHeadAgainOfWhoTakesNone() throws IOException {
    Descriptor blob = addBlob(1000);
    registry.always("HEAD", "/blobs/", Fault.status(405));
    try (RegistryStore store = store()) {
      for (int time = 0; time < 5; time++) {
        assertThat(store.has(blob)).isFalse();
      }
    }
    assertThat(registry.seen("HEAD", "/blobs/")).hasSize(1);
  }

  @Test
  void knowsNothingOfABlobWhoseUrlIsSignedForGet() throws IOException {
    Descriptor blob = addBlob(1000);
    try (FakeRegistry storage = FakeRegistry.tls()) {
      storage.always("HEAD", "/signed", Fault.status(403));
      registry.always("HEAD", "/blobs/", Fault.redirect(storage.url() + "/signed"));
      try (RegistryStore store = store()) {
        assertThat(store.has(blob)).isFalse();
        assertThat(store.lacks(blob)).isFalse();
      }
      assertThat(storage.seen()).hasSize(1);
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void keepsItsConnection() throws IOException {
    addManifest();
    try (RegistryStore store = store()) {
      for (int i = 0; i < 5; i++) {
        assertThat(store.manifest(TAG)).isPresent();
        assertThat(store.manifest(new Tag("absent"))).isEmpty();
      }
    }
    assertThat(registry.connections()).isEqualTo(1);
  }

  @Test
  void refusesAManifestThatIsNotTheOneAskedFor() {
    Digest digest = addManifest();
    registry.fault(
        "GET",
        "/manifests/",
        Fault.status(200, "{}", "Content-Type", MediaType.OCI_MANIFEST.value()));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(digest)).isInstanceOf(StoreException.Corrupt.class);
    }
  }

  @Test
  void refusesAManifestThatTheRegistryGivesAnotherDigest() {
    registry.fault(
        "GET",
        "/manifests/",
        Fault.status(200, "{}", "Docker-Content-Digest", "sha256:" + "0".repeat(64)));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Corrupt.class);
    }
  }

  @Test
  void refusesAManifestOfMoreThanFourMebibytes() {
    registry.fault("GET", "/manifests/", Fault.status(200, "x".repeat((4 << 20) + 1)));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("4 MiB");
    }
  }
}
