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

/** Blobs that break on their way here. */
class DownloadsTest extends RegistryCase {
  @ParameterizedTest
  @ValueSource(ints = {404, 500})
  void callsABlobThatTheRegistryLostCorrupt(int status) throws IOException {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", Fault.status(status));
    registry.always("HEAD", "/blobs/", Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(store.has(blob)).isFalse();
      assertThatThrownBy(() -> store.blob(blob)).isInstanceOf(StoreException.Corrupt.class);
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void goesOnWhereABrokenDownloadEnded() throws IOException {
    Descriptor blob = addBlob(3_000_000);
    registry.fault("GET", "/blobs/", Fault.cut(1_000_000), Fault.cut(1_500_000));
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
    assertThat(registry.seen("GET", "/blobs/"))
        .extracting(seen -> seen.header("Range").orElse(""))
        .containsExactly("", "bytes=1000000-", "bytes=2500000-");
  }

  @Test
  void goesOnAfterSilence() throws IOException {
    Descriptor blob = addBlob(100_000);
    registry.fault("GET", "/blobs/", Fault.silence(70_000));
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
  }

  @Test
  void readsOverWhatItHasWhereRangeIsNotUnderstood() throws IOException {
    Descriptor blob = addBlob(200_000);
    registry.fault("GET", "/blobs/", Fault.cut(70_000), Fault.ignoreRange());
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
  }

  @Test
  void givesUpABlobThatAlwaysBreaks() {
    Descriptor blob = addBlob(100_000);
    registry.always("GET", "/blobs/", Fault.cut(10));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> read(store, blob)).isInstanceOf(StoreException.Unreachable.class);
    }
    assertThat(registry.seen()).hasSize(4);
  }
}
