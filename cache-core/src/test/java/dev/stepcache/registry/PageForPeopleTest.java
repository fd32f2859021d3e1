package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a network answers that wants its guests to log in, or a proxy before a registry. */
class PageForPeopleTest extends RegistryCase {
  private static final Fault PAGE =
      Fault.status(
          200,
          "\n<!DOCTYPE html><html><body>Welcome, token=s3cret</body></html>",
          "Content-Type",
          "text/html; charset=utf-8");

  private void assertIsNoWordOfAStore(StoreCall call) {
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> call.at(store))
          .isExactlyInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("answered 200 with a page for people: is a registry there")
          .message()
          .doesNotContain("s3cret");
    }
  }

  private interface StoreCall {
    void at(RegistryStore store) throws IOException;
  }

  @Test
  void isNoBrokenManifest() throws IOException {
    addManifest();
    registry.always("GET", "/manifests/", PAGE);

    assertIsNoWordOfAStore(store -> store.manifest(TAG));
  }

  @Test
  void isNoBrokenBlob() throws IOException {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", PAGE);

    assertIsNoWordOfAStore(store -> read(store, blob));
  }

  @Test
  void isToldWhereSomethingIsSent() {
    registry.always("POST", "/blobs/uploads/", PAGE);

    assertIsNoWordOfAStore(store -> upload(store, random(1000)));
  }

  @Test
  void isNoneWhereABlobOfThatLengthIsOnlyCalledSo() throws IOException {
    byte[] content = random(1000);
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, content);
    registry.always(
        "GET",
        "/blobs/",
        (exchange, damage) -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content);
          exchange.close();
          return true;
        });

    try (RegistryStore store = store()) {
      assertThat(read(store, blob)).isEqualTo(content);
    }
  }
}
