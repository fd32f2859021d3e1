package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs and manifests on their way there. */
class UploadsTest extends RegistryCase {
  @Test
  void startsAnUploadAgainWhenItsSessionIsGone() throws IOException {
    byte[] content = random(100_000);
    registry.fault(
        "PUT", "/uploads/", Fault.status(404), Fault.reset(), Fault.status(500), Fault.none());
    try (RegistryStore store = store()) {
      upload(store, content);
    }
    assertThat(registry.blobs).containsKey(Digest.of(content).toString());
    assertThat(registry.seen("POST", "/uploads/")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noticesAnUploadThatNobodyReads(boolean tls) throws IOException {
    if (!tls) {
      registry.close();
      registry = FakeRegistry.plain();
    }
    limits = SOON_SILENT;
    registry.fault("PUT", "/uploads/", Fault.stall());
    byte[] content = random(30_000_000);
    long start = System.nanoTime();
    try (RegistryStore store = store(new Login.Anonymous(), !tls)) {
      upload(store, content);
    }
    assertThat(registry.blobs).containsKey(Digest.of(content).toString());
    assertThat(retries)
        .anySatisfy(retry -> assertThat(retry.failure()).contains("no byte was taken"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @CsvSource({"413, true", "413, false", "403, true", "403, false", "507, true"})
  void tellsARefusalThatComesBeforeTheLayerIsSent(int status, boolean tls) {
    if (!tls) {
      registry.close();
      registry = FakeRegistry.plain();
    }
    registry.always(
        "PUT",
        "/uploads/",
        Fault.unread(status, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"quota\"}]}"));
    byte[] content = random(30_000_000);
    try (RegistryStore store = store(new Login.Anonymous(), !tls)) {
      assertThatThrownBy(() -> upload(store, content))
          .isInstanceOfAny(StoreException.Rejected.class, StoreException.Unauthorized.class)
          .hasMessageContaining("answered " + status + " (DENIED: quota)");
    }
    assertThat(registry.seen("PUT", "/uploads/")).hasSize(1);
    assertThat(retries).isEmpty();
  }

  @Test
  void sendsNothingMoreOnAConnectionWithHalfABodyInIt() throws IOException {
    registry.fault("PUT", "/uploads/", Fault.unread(503, ""));
    byte[] content = random(30_000_000);
    try (RegistryStore store = store()) {
      upload(store, content);
    }
    assertThat(registry.blobs).containsKey(Digest.of(content).toString());
    assertThat(retries)
        .singleElement()
        .satisfies(retry -> assertThat(retry.failure()).contains("answered 503"));
  }

  @Test
  void takesTheCharactersOfASessionThatJavaDoesNotTake() throws IOException {
    registry.fault(
        "POST",
        "/uploads/",
        Fault.status(202, "", "Location", "/v2/ci/cache/blobs/uploads/7?_state=a%2Bb&x=|\"{ }"));
    try (RegistryStore store = store()) {
      upload(store, random(10));
    }
    assertThat(registry.seen("PUT", "?_state=a%2Bb&x=%7C%22%7B%20%7D&digest=")).hasSize(1);
  }

  @Test
  void saysThatAPullThroughCacheTakesNoUploads() {
    registry.always(
        "POST",
        "/uploads/",
        Fault.status(405, "{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"no\"}]}"));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> upload(store, random(10)))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("405 (UNSUPPORTED: no): a pull-through cache");
    }
  }

  @Test
  void passesLocalTroubleOnAsItIs() {
    IOException trouble = new IOException("disk");
    try (RegistryStore store = store()) {
      Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, new byte[10]);
      assertThatThrownBy(() ->
              store.upload(
                  blob,
                  () -> {
                    throw trouble;
                  }))
          .isSameAs(trouble);
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void countsAManifestAsSavedThatIsThereInSpiteOfTheAnswer() throws IOException {
    addManifest();
    registry.always("PUT", "/manifests/", Fault.status(500));
    try (RegistryStore store = store()) {
      store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST);
      assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, new byte[] {'{', '}'}))
          .isInstanceOf(StoreException.Rejected.class);
    }
  }

  @Test
  void staysAtItsHostWhereTheRegistryNamesItselfWrongly() throws IOException {
    registry.fault(
        "POST",
        "/uploads/",
        Fault.status(
            202,
            "",
            "Location",
            "http://internal.invalid:5000/v2/ci/cache/blobs/uploads/7?_state=a%2Bb"));
    try (RegistryStore store = store()) {
      upload(store, random(10));
    }
    assertThat(registry.blobs).hasSize(1);
  }
}
