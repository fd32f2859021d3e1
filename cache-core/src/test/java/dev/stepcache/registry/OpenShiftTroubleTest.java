package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Body;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Request;
import dev.stepcache.http.Response;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Readiness;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenShift's registry where it is in trouble, or where the account lacks a right. */
class OpenShiftTroubleTest {
  private static final String TOKEN = "sha256~token";

  /** More than the buffers between two programs hold. */
  private static final int LARGE = 20_000_000;

  @TempDir Path folder;
  private final OpenShiftRegistry registry = new OpenShiftRegistry();
  private static final String GRANT = "oc policy add-role-to-user and so on";

  private final List<Retry> retries = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    registry.close();
  }

  private OpenShiftStore store() {
    registry.allow(TOKEN, "ci");
    RegistrySettings settings =
        new RegistrySettings(
            ImageReference.parse(registry.host() + "/ci/cache:ignored"),
            new Login.RegistryToken(TOKEN),
            trust(),
            false,
            Proxies.NONE,
            RegistryCase.LIMITS,
            RegistryCase.POLICY,
            retries::add);
    return new OpenShiftStore(
        new RegistryStore(settings),
        GRANT,
        new ClusterAccount(folder.resolve("none"), Map.of(), "unused"));
  }

  private Trust trust() {
    return new Trust(
        Optional.of(FakeRegistry.serviceAuthority(folder)), List.of(), Optional.empty());
  }

  private int posts() {
    return registry.registry().seen("POST", "/uploads/").size();
  }

  /** A request as no client of ours sends it: to a session that was used before. */
  private int put(Wire wire, String location, String digest, byte[] content) throws IOException {
    Request request =
        new Request(
            "PUT",
            URI.create(location + "&digest=" + digest),
            Map.of("Authorization", "Bearer " + TOKEN),
            new Body.Bytes("application/octet-stream", content));
    try (Response response = wire.send(request, Duration.ofSeconds(20))) {
      return response.status();
    }
  }

  private String session(Wire wire) throws IOException {
    Request request =
        new Request(
            "POST",
            URI.create("https://" + registry.host() + "/v2/ci/cache/blobs/uploads/"),
            Map.of("Authorization", "Bearer " + TOKEN),
            Body.NONE);
    try (Response response = wire.send(request, Duration.ofSeconds(20))) {
      return response.header("Location").orElseThrow();
    }
  }

  @Test
  void answersASessionThatFailedWith416AndOneThatIsFinishedWith404() throws IOException {
    registry.allow(TOKEN, "ci");
    byte[] content = RegistryCase.random(10);
    String digest = Digest.of(content).toString();
    String other = Digest.of(new byte[0]).toString();
    try (Wire wire = new Wire(trust(), false, Proxies.NONE, RegistryCase.LIMITS)) {
      String failing = session(wire);
      assertThat(put(wire, failing, other, content)).isEqualTo(400);
      assertThat(put(wire, failing, digest, content)).isEqualTo(416);

      String finished = session(wire);
      assertThat(put(wire, finished, digest, content)).isEqualTo(201);
      assertThat(put(wire, finished, digest, content)).isEqualTo(404);
    }
  }

  @Test
  void uploadsInANewSessionWhereTheOldOneHadFailed() throws IOException {
    registry.spoilsSessions(2);
    byte[] content = RegistryCase.random(1000);
    try (OpenShiftStore store = store()) {
      RegistryCase.upload(store, content);
      assertThat(store.has(Descriptor.of(MediaType.OCI_LAYER, content))).isTrue();
    }
    assertThat(retries)
        .hasSize(2)
        .allSatisfy(retry -> assertThat(retry.failure()).contains("416 (RANGE_INVALID"));
    assertThat(posts()).isEqualTo(3);
  }

  @Test
  void givesABlobUpAllOfWhoseSessionsHadFailed() {
    registry.spoilsSessions(100);
    try (OpenShiftStore store = store()) {
      assertThatThrownBy(() -> RegistryCase.upload(store, new byte[1]))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("416");
    }
    assertThat(posts()).isEqualTo(RegistryCase.POLICY.attempts());
    assertThat(registry.registry().blobs).isEmpty();
  }

  @Test
  void sendsABlobAgainOnWhichTheConnectionWasClosed() throws IOException {
    registry.refusesUploads(2);
    byte[] content = RegistryCase.random(LARGE);
    try (OpenShiftStore store = store()) {
      RegistryCase.upload(store, content);
      assertThat(store.has(Descriptor.of(MediaType.OCI_LAYER, content))).isTrue();
    }
    assertThat(retries).hasSize(2);
    assertThat(posts()).isEqualTo(3);
  }

  @Test
  void isUnreachableOrThrottledWhereItClosesOnEveryTry() {
    registry.refusesUploads(100);
    byte[] content = RegistryCase.random(LARGE);
    try (OpenShiftStore store = store()) {
      assertThatThrownBy(() -> RegistryCase.upload(store, content))
          .isInstanceOfAny(StoreException.Unreachable.class, StoreException.Throttled.class);
    }
    assertThat(posts()).isEqualTo(RegistryCase.POLICY.attempts());
    assertThat(registry.registry().blobs).isEmpty();
  }

  @Test
  void sendsABlobAgainThatItLostAndRemembers() throws IOException {
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    Descriptor blob = Descriptor.of(MediaType.OCI_CONFIG, config);
    byte[] manifest =
        new Manifest(MediaType.OCI_MANIFEST, blob, List.of(), new TreeMap<>()).toJson();
    try (OpenShiftStore store = store()) {
      store.upload(blob, () -> new ByteArrayInputStream(config));
      store.put(RegistryCase.TAG, MediaType.OCI_MANIFEST, manifest);
      registry.losesBlob(blob.digest());

      assertThatThrownBy(() -> RegistryCase.read(store, blob))
          .isInstanceOf(StoreException.Corrupt.class);
      assertThat(store.has(blob)).isFalse();
      // Its word for the manifest would be worth nothing.
      store.put(RegistryCase.TAG, MediaType.OCI_MANIFEST, manifest);
      assertThat(store.has(blob)).isFalse();
      store.upload(blob, () -> new ByteArrayInputStream(config));
      assertThat(RegistryCase.read(store, blob)).isEqualTo(config);

      registry.losesBlob(blob.digest());
      registry.restarts();
      assertThat(store.has(blob)).isFalse();
      assertThatThrownBy(() -> store.put(RegistryCase.TAG, MediaType.OCI_MANIFEST, manifest))
          .isInstanceOf(StoreException.BlobsUnknown.class);
    }
    assertThat(retries).isEmpty();
  }

  @Test
  void tellsBeforeAnyUploadThatTheImagestreamIsNotThere() throws IOException {
    registry.denyCreation();
    try (OpenShiftStore store = store()) {
      Lookup absent = store.lookUp(RegistryCase.TAG);
      assertThat(store.readiness(absent)).isEqualTo(new Readiness.ToBeCreated(GRANT));

      registry.addStream("ci/cache");
      Lookup unknown = store.lookUp(RegistryCase.TAG);
      assertThat(store.readiness(unknown)).isEqualTo(new Readiness.Ready());
    }
    assertThat(registry.openSessions()).isEmpty();
  }

  @Test
  void tellsBeforeAnyUploadThatTheAccountMayOnlyPull() throws IOException {
    registry.addStream("ci/cache");
    registry.denyPushes();
    try (OpenShiftStore store = store()) {
      Lookup absent = store.lookUp(RegistryCase.TAG);
      assertThat(absent.found()).isEmpty();
      assertThatThrownBy(() -> store.readiness(absent))
          .isInstanceOf(StoreException.Unauthorized.class);
    }
    assertThat(posts()).isEqualTo(1);
  }

  /** The registry answers 500 there, as it does to nearly all that goes wrong. */
  @Test
  void missesADigestOfAnImagestreamThatIsNotThereAtOnce() throws IOException {
    try (OpenShiftStore store = store()) {
      assertThat(store.lookUp(Digest.of(new byte[1])).isAbsentFor(Lookup.Why.REPOSITORY)).isTrue();
    }
    assertThat(registry.registry().seen()).hasSize(2);
    assertThat(retries).isEmpty();
  }

  @Test
  void asksAgainForADigestOfAnImagestreamThatIsThere() throws IOException {
    registry.addStream("ci/cache");
    registry.registry().always("GET", "/manifests/", Fault.status(500));
    try (OpenShiftStore store = store()) {
      assertThatThrownBy(() -> store.lookUp(Digest.of(new byte[1])))
          .isInstanceOf(StoreException.Rejected.class);
    }
    assertThat(retries).hasSize(3);
  }
}
