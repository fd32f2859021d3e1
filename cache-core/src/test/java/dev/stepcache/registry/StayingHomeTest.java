package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where no login and no request may go. */
class StayingHomeTest extends RegistryCase {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9/token",
        "https://169.254.169.254/t",
        "https://storage.metadata.test/t",
        "https://[fe80::1]/t",
        "https://0.0.0.0/t",
        "file:///etc"
      })
  void asksNoTokenServiceWhereNoneShouldBe(String realm) {
    registry.login().bearer("alice", "wonder:land");
    registry.login().realm(realm);
    try (RegistryStore store = store(ALICE, false)) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("token service");
    }
  }

  @Test
  void leavesTheLoginAtHomeOnARedirect() throws IOException {
    registry.login().basic("alice", "wonder:land");
    Descriptor blob = addBlob(1000);
    try (FakeRegistry elsewhere = FakeRegistry.tls();
        RegistryStore store = store(ALICE, false)) {
      elsewhere.blobs.putAll(registry.blobs);
      registry.fault(
          "GET",
          "/blobs/",
          Fault.redirect(elsewhere.url() + "/v2/x/blobs/" + blob.digest() + "?signature=secret"));
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
      assertThat(elsewhere.seen())
          .singleElement()
          .satisfies(seen -> assertThat(seen.header("Authorization")).isEmpty());
    }
  }

  @Test
  void doesNotFollowARedirectToPlainHttp() {
    Descriptor blob = addBlob(1000);
    try (FakeRegistry elsewhere = FakeRegistry.plain();
        RegistryStore store = store()) {
      registry.fault("GET", "/blobs/", Fault.redirect(elsewhere.url() + "/x?signature=secret"));
      assertThatThrownBy(() -> store.blob(blob))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("https to http")
          .hasMessageNotContaining("secret");
      assertThat(elsewhere.seen()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"169.254.169.254", ClusterNames.METADATA, "metadata.google.internal", "[fe80::1]"})
  void goesToNoMetadataServiceWhateverItsName(String host) {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", Fault.redirect("https://" + host + "/latest/meta-data"));
    registry.always(
        "POST", "/uploads/", Fault.status(202, "", "Location", "https://" + host + "/x"));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.blob(blob))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("link-local or metadata address");
      assertThatThrownBy(() -> upload(store, new byte[1]))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("link-local or metadata address");
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void endsACircleOfRedirects() {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", Fault.redirect("?again"));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.blob(blob)).isInstanceOf(StoreException.Rejected.class);
    }
    assertThat(registry.seen()).hasSize(6);
  }

  @Test
  void uploadsElsewhereWithoutItsLogin() throws IOException {
    registry.login().basic("alice", "wonder:land");
    try (FakeRegistry elsewhere = FakeRegistry.tls();
        RegistryStore store = store(ALICE, false)) {
      registry.fault(
          "POST",
          "/uploads/",
          Fault.status(
              202, "", "Location", elsewhere.url() + "/v2/s/blobs/uploads/7?_state=a%2Bb"));
      upload(store, random(10));
      assertThat(elsewhere.seen())
          .singleElement()
          .satisfies(seen -> assertThat(seen.header("Authorization")).isEmpty());
    }
  }
}
