package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the distribution project's own program. */
@org.junit.jupiter.api.Tag("program")
class RealRegistryTest {
  private static final Tag TAG = new Tag("v1");
  private static final Login GOOD = new Login.Basic(RealRegistry.USER, RealRegistry.PASSWORD);
  private static final Login WRONG = new Login.Basic(RealRegistry.USER, "wrong");

  @TempDir Path folder;

  private static RegistryStore store(RealRegistry registry, Login login, boolean insecure) {
    return store(registry, "ci/cache", login, insecure);
  }

  private static RegistryStore store(
      RealRegistry registry, String repository, Login login, boolean insecure) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(registry.host() + "/" + repository),
            login,
            Trust.JDK_ROOTS,
            insecure,
            Proxies.NONE,
            retry -> {}));
  }

  private static void savesAndReadsBack(RegistryStore store) throws IOException {
    byte[] layer = new byte[5_000_000];
    new Random(7).nextBytes(layer);
    byte[] config =
        new ImageConfig(new Platform("linux", "amd64"), Instant.EPOCH, List.of()).toJson();
    Descriptor layerBlob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, layer);
    Descriptor configBlob = Descriptor.of(MediaType.OCI_CONFIG, config);
    byte[] manifest =
        new Manifest(MediaType.OCI_MANIFEST, configBlob, List.of(layerBlob), new TreeMap<>())
            .toJson();

    assertThat(store.manifest(TAG)).isEmpty();
    assertThat(store.has(layerBlob)).isFalse();
    store.upload(layerBlob, () -> new ByteArrayInputStream(layer));
    store.upload(configBlob, () -> new ByteArrayInputStream(config));
    assertThat(store.has(layerBlob)).isTrue();
    store.put(TAG, MediaType.OCI_MANIFEST, manifest);

    assertThat(store.manifest(TAG).orElseThrow().content()).isEqualTo(manifest);
    try (InputStream in = store.blob(layerBlob)) {
      assertThat(in.readAllBytes()).isEqualTo(layer);
    }
  }

  @Test
  void savesAndReadsBackAnonymously() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder);
        RegistryStore store = store(registry, new Login.Anonymous(), true)) {
      savesAndReadsBack(store);
    }
  }

  @Test
  void savesAndReadsBackWithBasic() throws IOException {
    try (RealRegistry registry = RealRegistry.basic(folder);
        RegistryStore store = store(registry, GOOD, true);
        RegistryStore wrong = store(registry, WRONG, true)) {
      savesAndReadsBack(store);
      assertThatThrownBy(() -> wrong.manifest(TAG)).isInstanceOf(StoreException.Unauthorized.class);
    }
  }

  @Test
  void savesAndReadsBackWithBearer() throws IOException {
    try (RealRegistry registry = RealRegistry.bearer(folder);
        RegistryStore store = store(registry, GOOD, true);
        RegistryStore wrong = store(registry, WRONG, true)) {
      savesAndReadsBack(store);
      assertThatThrownBy(() -> wrong.manifest(TAG)).isInstanceOf(StoreException.Unauthorized.class);
    }
  }

  private void mountsWhatTheOtherRepositoryHas(RealRegistry registry, Login login)
      throws IOException {
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, new byte[] {1, 2, 3});
    Descriptor absent = Descriptor.of(MediaType.OCI_LAYER_ZSTD, new byte[] {4});
    StoreReference main = StoreReference.parse("oci://" + registry.host() + "/ci/main:t");
    try (RegistryStore other = store(registry, "ci/main", login, true);
        RegistryStore own = store(registry, login, true)) {
      other.upload(blob, () -> new ByteArrayInputStream(new byte[] {1, 2, 3}));
      // As in an upload, which has a token to push with by then.
      own.upload(absent, () -> new ByteArrayInputStream(new byte[] {4}));
      assertThat(own.has(blob)).isFalse();

      assertThat(own.mount(blob, main)).isTrue();

      assertThat(own.has(blob)).isTrue();
      assertThat(own.mount(Descriptor.of(MediaType.OCI_LAYER, new byte[] {5}), main)).isFalse();
      // One session, asked twice where a token to push with is none to delete with.
      assertThat(
              registry.requests().stream()
                  .filter(request -> request.startsWith("DELETE "))
                  .distinct())
          .hasSize(1);
    }
  }

  @Test
  void mountsWhatTheOtherRepositoryHasAnonymously() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      mountsWhatTheOtherRepositoryHas(registry, new Login.Anonymous());
    }
  }

  @Test
  void mountsWhatTheOtherRepositoryHasWithBearer() throws IOException {
    try (RealRegistry registry = RealRegistry.bearer(folder)) {
      mountsWhatTheOtherRepositoryHas(registry, GOOD);
    }
  }

  @Test
  void mountsWhatTheOtherRepositoryHasWithBasic() throws IOException {
    try (RealRegistry registry = RealRegistry.basic(folder)) {
      mountsWhatTheOtherRepositoryHas(registry, GOOD);
    }
  }

  @Test
  void saysThatTheRegistrySpeaksNoTls() {
    try (RealRegistry registry = RealRegistry.open(folder);
        RegistryStore store = store(registry, new Login.Anonymous(), false)) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Untrusted.class)
          .hasMessageEndingWith("the registry speaks no TLS");
    }
  }

  @Test
  void refusesAManifestWhoseBlobsAreMissing() {
    byte[] manifest =
        new Manifest(
                MediaType.OCI_MANIFEST,
                Descriptor.of(MediaType.OCI_CONFIG, new byte[] {1}),
                List.of(),
                new TreeMap<>())
            .toJson();
    try (RealRegistry registry = RealRegistry.open(folder);
        RegistryStore store = store(registry, new Login.Anonymous(), true)) {
      assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, manifest))
          .isInstanceOfSatisfying(
              StoreException.BlobsUnknown.class,
              e -> assertThat(e.blobs()).containsExactly(Digest.of(new byte[] {1})))
          .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
    }
  }

  @Test
  void refusesBytesThatAreNotTheBlob() {
    try (RealRegistry registry = RealRegistry.open(folder);
        RegistryStore store = store(registry, new Login.Anonymous(), true)) {
      Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, new byte[] {1});
      assertThatThrownBy(() -> store.upload(blob, () -> new ByteArrayInputStream(new byte[] {2})))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("DIGEST_INVALID");
    }
  }
}
