package dev.stepcache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.credentials.Login;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.registry.wire.Limits;
import dev.stepcache.registry.wire.Proxies;
import dev.stepcache.registry.wire.Trust;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryStoreTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(300));
  private static final RetryPolicy POLICY =
      new RetryPolicy(4, Duration.ofMillis(2), Duration.ofMillis(8), 20, Duration.ofSeconds(20));
  private static final Login ALICE = new Login.Basic("alice", "wonder:land");
  private static final Tag TAG = new Tag("v1");
  private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private FakeRegistry registry = FakeRegistry.tls();
  private final List<Retry> retries = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    registry.close();
  }

  private RegistryStore store() {
    return store(new Login.Anonymous(), false);
  }

  private RegistryStore store(Login login, boolean insecure) {
    return store(
        login, insecure, new Trust(Optional.of(FakeRegistry.authority(folder)), List.of()));
  }

  private RegistryStore store(Login login, boolean insecure, Trust trust) {
    return store(registry.host(), login, insecure, trust);
  }

  private RegistryStore store(String host, Login login, boolean insecure, Trust trust) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(host + "/ci/cache:ignored"),
            login,
            trust,
            insecure,
            Proxies.NONE,
            LIMITS,
            POLICY,
            retries::add));
  }

  private Digest addManifest() {
    return registry.addManifest("ci/cache", "v1", MediaType.OCI_MANIFEST.value(), MANIFEST);
  }

  private Descriptor addBlob(int size) {
    byte[] content = random(size);
    registry.addBlob(content);
    return Descriptor.of(MediaType.OCI_LAYER_ZSTD, content);
  }

  private static byte[] random(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private static byte[] read(RegistryStore store, Descriptor blob) throws IOException {
    try (InputStream in = store.blob(blob)) {
      return in.readAllBytes();
    }
  }

  private static void upload(RegistryStore store, byte[] content) throws IOException {
    store.upload(
        Descriptor.of(MediaType.OCI_LAYER_ZSTD, content), () -> new ByteArrayInputStream(content));
  }

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

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void asksAgainWhenTheRegistryIsBusy(int status) throws IOException {
    addManifest();
    registry.fault("GET", "/manifests/", Fault.status(status), Fault.reset(), Fault.status(status));
    try (RegistryStore store = store()) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(retries).isNotEmpty();
  }

  @Test
  void namesTheTroubleAfterTheLastAttempt() {
    registry.always("GET", "/v2/ci/a", Fault.status(503));
    registry.always("GET", "/manifests/", Fault.status(503));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Unreachable.class)
          .hasMessageStartingWith("read oci://" + registry.host() + "/ci/cache:v1: ")
          .hasMessageContaining("503 (UNKNOWN: unknown error)");
    }
    assertThat(retries).hasSize(3);
  }

  @Test
  void waitsAsLongAsTheRegistryAsks() throws IOException {
    addManifest();
    registry.fault("GET", "/manifests/", Fault.status(429, "", "Retry-After", "1"));
    try (RegistryStore store = store()) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(retries.getFirst().pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void givesUpAtOnceWhenItIsToComeBackTomorrow() {
    registry.fault("GET", "/manifests/", Fault.status(429, "", "Retry-After", "86400"));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Throttled.class);
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void asksADeadRegistryAtMostTwentyTimes() {
    registry.always("GET", "", Fault.reset());
    registry.always("HEAD", "", Fault.reset());
    registry.always("POST", "", Fault.reset());
    try (RegistryStore store = store()) {
      Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, new byte[1]);
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> store.manifest(TAG))
            .isInstanceOf(StoreException.Unreachable.class);
        assertThatThrownBy(() -> store.has(blob)).isInstanceOf(StoreException.Unreachable.class);
        assertThatThrownBy(() -> upload(store, new byte[1]))
            .isInstanceOf(StoreException.Unreachable.class);
      }
    }
    assertThat(registry.seen()).hasSizeBetween(5, 20);
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
  void noticesAnUploadThatNobodyReads(boolean tls) {
    if (!tls) {
      registry.close();
      registry = FakeRegistry.plain();
    }
    registry.always("PUT", "/uploads/", Fault.stall());
    byte[] content = random(30_000_000);
    long start = System.nanoTime();
    try (RegistryStore store = store(new Login.Anonymous(), !tls)) {
      assertThatThrownBy(() -> upload(store, content))
          .isInstanceOf(StoreException.Unreachable.class)
          .hasMessageContaining("no byte was taken");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
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
  void sendsAUserAndPasswordStraight() throws IOException {
    registry.login().basic("alice", "wonder:land");
    addManifest();
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void saysWhoWasRefused() {
    registry.login().basic("alice", "other");
    try (RegistryStore store = store(ALICE, false)) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("user 'alice'")
          .hasMessageNotContaining("wonder");
    }
    assertThat(registry.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access denied", "failed to decode credentials"})
  void takesOpenShiftsOddChallengeAsADenial(String error) {
    registry.always(
        "GET",
        "/manifests/",
        Fault.status(
            401, "{}", "WWW-Authenticate", "Basic realm=openshift,error=\"" + error + "\""));
    try (RegistryStore store = store(ALICE, false);
        RegistryStore anonymous = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unauthorized.class);
      assertThatThrownBy(() -> anonymous.manifest(TAG))
          .isInstanceOf(StoreException.Unauthorized.class);
    }
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void changesALoginForATokenAndKeepsIt() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    addManifest();
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
      assertThat(store.manifest(TAG)).isPresent();
      upload(store, random(10));
    }
    assertThat(registry.seen("GET", "/token"))
        .extracting(FakeRegistry.Seen::path)
        .containsExactly(
            "/token?service=fake%2C+registry&scope=repository%3Aci%2Fcache%3Apull",
            "/token?service=fake%2C+registry&scope=repository%3Aci%2Fcache%3Apull%2Cpush");
  }

  @Test
  void asksForAChallengeWhereAPasswordUnaskedForIsForbidden() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    addManifest();
    registry.fault("GET", "/manifests/", Fault.status(403));
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
  }

  @Test
  void takesA403AtTheLastRequestAsADenial() throws IOException {
    registry.login().basic("alice", "wonder:land");
    registry.always("PUT", "/manifests/", Fault.status(403));
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isEmpty();
      assertThatThrownBy(() -> store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("403");
    }
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void readsNoMoreOfAnErrorThanALineAndForgesNoLogLine() {
    registry.fault("GET", "/manifests/", Fault.status(400, "bad\nfetched=true" + "x".repeat(9999)));
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG))
          .isInstanceOf(StoreException.Rejected.class)
          .hasMessageContaining("bad\\u000afetched")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    }
  }

  @Test
  void changesAnIdentityTokenForABearerToken() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    addManifest();
    try (RegistryStore store = store(new Login.IdentityToken("refresh-me"), false)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.seen("POST", "/token")).hasSize(1);
  }

  @Test
  void renewsATokenThatExpiresInMidRun() throws IOException {
    registry.login().bearer("alice", "wonder:land");
    registry.login().usesOfEachToken(1);
    addManifest();
    byte[] content = random(1000);
    try (RegistryStore store = store(ALICE, false)) {
      assertThat(store.manifest(TAG)).isPresent();
      upload(store, content);
      store.put(TAG, MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(store.manifest(TAG)).isPresent();
    }
    assertThat(registry.blobs).containsKey(Digest.of(content).toString());
  }

  @Test
  void neverLoopsWhereNoTokenIsEverGoodEnough() {
    registry.login().bearer("alice", "wonder:land");
    registry.login().usesOfEachToken(0);
    try (RegistryStore store = store(ALICE, false)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unauthorized.class);
    }
    assertThat(registry.seen()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:9/token", "https://169.254.169.254/t", "file:///etc"})
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

  @Test
  void believesNoUnknownAuthority() {
    try (RegistryStore store = store(new Login.Anonymous(), false, Trust.JDK_ROOTS)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void believesNoCertificateOfAnotherHost() {
    registry.close();
    registry = FakeRegistry.tlsOfAnotherHost();
    try (RegistryStore store = store()) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Untrusted.class);
    }
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void believesAnyCertificateWhereInsecure() throws IOException {
    registry.close();
    registry = FakeRegistry.tlsOfAnotherHost();
    addManifest();
    try (RegistryStore store = store(new Login.Anonymous(), true, Trust.JDK_ROOTS)) {
      assertThat(store.manifest(TAG)).isPresent();
    }
  }

  @Test
  void speaksPlainHttpOnlyWhereInsecure() throws IOException {
    registry.close();
    registry = FakeRegistry.plain();
    registry.login().basic("alice", "wonder:land");
    addManifest();
    try (RegistryStore secure = store(ALICE, false);
        RegistryStore insecure = store(ALICE, true)) {
      assertThatThrownBy(() -> secure.manifest(TAG)).isInstanceOf(StoreException.class);
      assertThat(registry.seen()).isEmpty();
      assertThat(insecure.manifest(TAG)).isPresent();
    }
  }

  @Test
  void isUnreachableWhereNobodyListens() {
    try (RegistryStore store =
        store("127.0.0.1:1", new Login.Anonymous(), false, Trust.JDK_ROOTS)) {
      assertThatThrownBy(() -> store.manifest(TAG)).isInstanceOf(StoreException.Unreachable.class);
    }
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
}
