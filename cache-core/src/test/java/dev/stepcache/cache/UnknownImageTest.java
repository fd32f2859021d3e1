package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.retry.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that does not say what it has: nothing is broken for that, and nothing is lost. */
class UnknownImageTest extends OddTree {
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4), 20, Duration.ofSeconds(60));
  private static final String REPOSITORY = "ci/cache";
  private static final String TAG = "/manifests/" + Bench.KEY.hex();

  private final FakeRegistry registry = FakeRegistry.plain();
  private RegistryStore store;

  @BeforeEach
  void saveATree() throws IOException {
    byte[] content = new byte[200_000];
    new Random(4).nextBytes(content);
    Files.write(tree.resolve("random"), content);
    store =
        new RegistryStore(
            new RegistrySettings(
                ImageReference.parse(registry.host() + "/" + REPOSITORY),
                new Login.Anonymous(),
                Trust.JDK_ROOTS,
                true,
                Proxies.NONE,
                Limits.STANDARD,
                POLICY,
                retry -> {}));
    bench = Bench.on(store);
    assertThat(upload(UploadRequest.When.MISS).reason()).isEqualTo(Reason.SAVED);
  }

  @AfterEach
  void close() {
    store.close();
    registry.close();
  }

  private UploadOutcome upload(UploadRequest.When when) {
    return bench.upload(tree, when, Optional.empty());
  }

  private UploadOutcome uploadAfter(FetchOutcome seen) {
    bench.findings = seen.findings();
    return bench.upload(tree, UploadRequest.When.MISS, seen.broken());
  }

  private FetchOutcome fetch() throws IOException {
    return bench.fetch(Files.createTempDirectory(folder, "restored"), RestoreMode.PRESERVE);
  }

  private Digest layer() throws IOException {
    byte[] manifest = registry.manifest(REPOSITORY, Bench.KEY.hex()).orElseThrow();
    return Manifest.parse(manifest, MediaType.OCI_MANIFEST).layers().getFirst().digest();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 502, 503, 504, 400, 418})
  void isSavedUnderATagThatARegistryCannotReadWhileItAnswersOtherwise(int status)
      throws IOException {
    registry.always("GET", TAG, Fault.status(status));
    write("new", "new");

    assertThat(fetch().reason()).isIn(Reason.REJECTED, Reason.UNREACHABLE);
    UploadOutcome outcome = upload(UploadRequest.When.MISS);

    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.SAVED);
    assertThat(bench.notices())
        .anySatisfy(notice ->
            assertThat(notice).contains("is not known").contains(Integer.toString(status)));
    registry.mend();
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void isLeftAloneWhereARegistryAnswersForNothing(int status) throws IOException {
    registry.always("GET", "/manifests/", Fault.status(status));
    registry.forgetSeen();

    assertThat(upload(UploadRequest.When.ALWAYS).reason())
        .isIn(Reason.REJECTED, Reason.UNREACHABLE);
    assertThat(registry.seen("PUT", "")).isEmpty();
    assertThat(registry.seen().size()).isLessThanOrEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void staysWhereABlobCouldNotBeReadOnce(int status) throws IOException {
    registry.fault("GET", "/blobs/", Fault.status(status));

    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(upload(UploadRequest.When.MISS).reason()).isEqualTo(Reason.EXISTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 410, 416, 451, 500, 503})
  void staysWhereABlobCouldNotBeReadInOneFetch(int status) throws IOException {
    registry.always("GET", "/blobs/" + layer(), Fault.status(status));
    FetchOutcome seen = fetch();
    assertThat(seen.restored()).isEmpty();
    assertThat(seen.findings().broken()).isEmpty();
    registry.mend();

    assertThat(uploadAfter(seen).reason()).isEqualTo(Reason.EXISTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 416, 451, 500, 503})
  void isHealedWhereABlobCanNeverBeRead(int status) throws IOException {
    // HEAD says that it is there, and whatever is sent changes nothing.
    registry.always("GET", "/blobs/" + layer(), Fault.status(status));
    FetchOutcome seen = fetch();

    assertThat(uploadAfter(seen).reason()).isEqualTo(Reason.SAVED);
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 451, 500, 503})
  void isHealedWhereItsConfigCannotBeReadThoughNobodyFetchedIt(int status) throws IOException {
    byte[] manifest = registry.manifest(REPOSITORY, Bench.KEY.hex()).orElseThrow();
    Digest config = Manifest.parse(manifest, MediaType.OCI_MANIFEST).config().digest();
    registry.always("GET", "/blobs/" + config, Fault.status(status));

    assertThat(upload(UploadRequest.When.MISS).reason()).isEqualTo(Reason.SAVED);
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void isHealedWhereABlobAlwaysEndsBeforeTheEndThatIsStated() throws IOException {
    registry.always("GET", "/blobs/" + layer(), Fault.cut(1000));
    FetchOutcome seen = fetch();
    assertThat(seen.reason()).isEqualTo(Reason.UNREACHABLE);

    assertThat(uploadAfter(seen).reason()).isEqualTo(Reason.SAVED);
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
  }

  @Test
  void isHealedWhereAManifestIsWrongAndNoDigestIsClaimed() throws IOException {
    byte[] manifest = registry.manifest(REPOSITORY, Bench.KEY.hex()).orElseThrow();
    String half =
        new String(Arrays.copyOf(manifest, manifest.length / 2), StandardCharsets.US_ASCII);
    registry.always(
        "GET", TAG, Fault.status(200, half, "Content-Type", MediaType.OCI_MANIFEST.value()));
    assertThat(fetch().reason()).isEqualTo(Reason.CORRUPT);

    assertThat(upload(UploadRequest.When.MISS).reason()).isEqualTo(Reason.SAVED);
  }

  @Test
  void isSentOnceWhereHeadTellsNothing() throws IOException {
    registry.always("HEAD", "/blobs/", Fault.status(405));
    write("new", "new");
    registry.forgetSeen();
    assertThat(upload(UploadRequest.When.ALWAYS).reason()).isEqualTo(Reason.SAVED);
    assertThat(registry.seen("PUT", "/uploads/"))
        .extracting(seen -> seen.path().replaceAll(".*digest=", ""))
        .doesNotHaveDuplicates();

    registry.forgetSeen();
    assertThat(upload(UploadRequest.When.MISS).reason()).isEqualTo(Reason.EXISTS);
    assertThat(registry.seen("PUT", "")).isEmpty();
  }

  @Test
  void isNotSentAgainWhereHeadTellsNoLength() {
    registry.always("HEAD", "/blobs/", Fault.status(200, ""));
    registry.forgetSeen();

    assertThat(upload(UploadRequest.When.MISS).reason()).isEqualTo(Reason.EXISTS);
    assertThat(registry.seen("PUT", "")).isEmpty();
  }
}
