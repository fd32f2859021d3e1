package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that break on their way here. */
class DownloadsTest extends RegistryCase {
  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void callsABlobThatTheRegistryLostMissing(int status) throws IOException {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", Fault.status(status));
    registry.always("HEAD", "/blobs/", Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(store.has(blob)).isFalse();
      assertThat(store.lacks(blob)).isTrue();
      assertThatThrownBy(() -> store.blob(blob)).isInstanceOf(StoreException.Missing.class);
    }
    assertThat(retries).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void asksAgainForABlobThatARegistryCouldNotGiveOnce(int status) throws IOException {
    Descriptor blob = addBlob(1000);
    registry.fault("GET", "/blobs/", Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
    assertThat(retries).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 206, 400, 402, 405, 416, 418, 451, 500, 501, 503, 505})
  void callsNothingBrokenThatWasNotRead(int status) {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", Fault.status(status));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> read(store, blob))
          .isInstanceOfAny(StoreException.Rejected.class, StoreException.Unreachable.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {416, 500, 503})
  void beginsAgainWhereARangeLeadsNowhere(int status) throws IOException {
    Descriptor blob = addBlob(200_000);
    registry.fault("GET", "/blobs/", Fault.cut(70_000), Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
    assertThat(registry.seen("GET", "/blobs/"))
        .extracting(seen -> seen.header("Range").orElse(""))
        .containsExactly("", "bytes=70000-", status == 416 ? "" : "bytes=70000-");
  }

  @Test
  void beginsAgainWhereARangeIsAnsweredByAnotherPart() throws IOException {
    Descriptor blob = addBlob(200_000);
    registry.fault(
        "GET",
        "/blobs/",
        Fault.cut(70_000),
        Fault.status(206, "abc", "Content-Range", "bytes 7-9/200000"));
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
  }

  @Test
  void endsWhereTheRegistrySaysThatTheBlobEnds() throws IOException {
    Descriptor blob = addBlob(1000);
    registry.always("GET", "/blobs/", Fault.status(200, "half"));
    try (RegistryStore store = store()) {
      assertThat(read(store, blob)).hasSize(4);
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
    limits = SOON_SILENT;
    Descriptor blob = addBlob(100_000);
    registry.fault("GET", "/blobs/", Fault.silence(70_000));
    try (RegistryStore store = store()) {
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
    }
  }

  @Test
  @Tag("slow")
  void takesSlownessForNoSilence() throws IOException {
    // Long enough that no pause of a busy machine is taken for it.
    Duration silence = Duration.ofSeconds(5);
    limits = new Limits(silence, silence, silence, silence);
    try (FakeRegistry plain = FakeRegistry.plain();
        FaultyWire wire = new FaultyWire(plain);
        RegistryStore store = store(wire.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      String content = "a".repeat(50);
      Descriptor blob =
          Descriptor.of(MediaType.OCI_LAYER_ZSTD, content.getBytes(StandardCharsets.US_ASCII));
      String answer = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + content;
      wire.fault("GET", "/blobs/", WireFault.drips(answer, 70));
      long begin = System.nanoTime();
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(limits.silence());
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void asksForHardlyMoreThanTheBlobAfterThreeResets() throws IOException {
    int size = 32 << 20;
    try (FakeRegistry plain = FakeRegistry.plain();
        FaultyWire wire = new FaultyWire(plain);
        RegistryStore store = store(wire.host(), new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      byte[] content = random(size);
      plain.addBlob(content);
      Descriptor blob = Descriptor.of(MediaType.OCI_LAYER_ZSTD, content);
      wire.resetsAnswers("/blobs/", 8 << 20, 8 << 20, 8 << 20);
      assertThat(Digest.of(read(store, blob))).isEqualTo(blob.digest());
      assertThat(retries).hasSize(3);
      assertThat(wire.sent("/blobs/")).isBetween((long) size, (long) (size * 1.1));
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

  /** As OpenShift's registry gives what lies damaged in its storage: the size is the old one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 60_000})
  void callsABlobMissingThatAlwaysEndsAtTheSameByte(int stored) {
    Descriptor blob = addBlob(100_000);
    registry.always("GET", "/blobs/", Fault.stored(stored));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> read(store, blob))
          .isInstanceOf(StoreException.Missing.class)
          .hasMessageContaining("it ends after " + stored + " of 100000 bytes");
    }
  }

  @Test
  void callsABlobThatEndsEarlyTwiceUnreachableAndNotMissing() throws IOException {
    Descriptor blob = addBlob(100_000);
    registry.fault("GET", "/blobs/", Fault.stored(500), Fault.stored(500));
    try (RegistryStore store = store()) {
      assertThat(read(store, blob)).hasSize(100_000);
    }
    assertThat(retries).extracting(Retry::failure).noneMatch(text -> text.contains("cut short"));
  }
}
