package dev.stepcache.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.console.Console;
import dev.stepcache.console.Hints;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.registry.OpenShiftRegistry;
import dev.stepcache.store.LoginCheck;
import dev.stepcache.store.Retry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenShift's own registry, without any configuration. */
class InternalRegistryTest {
  private static final String ACCOUNT = "system:serviceaccount:ci:pipeline";
  private static final String TOKEN = jwt("first");
  private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private final OpenShiftRegistry registry = new OpenShiftRegistry();
  private final Map<String, String> environment = new HashMap<>();
  private final List<Retry> retries = new ArrayList<>();
  private Path account;

  private static String jwt(String salt) {
    String claims = "{\"sub\":\"" + ACCOUNT + "\",\"salt\":\"" + salt + "\"}";
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2lnbmVk";
  }

  @BeforeEach
  void mountTheAccount() throws IOException {
    account =
        Files.createDirectories(folder.resolve("var/run/secrets/kubernetes.io/serviceaccount"));
    FakeRegistry.serviceAuthority(account);
    Files.writeString(account.resolve("token"), TOKEN);
    registry.allow(TOKEN, "ci");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Connection connection() {
    return new Connection(
        false,
        Optional.empty(),
        Optional.empty(),
        environment,
        Optional.of(
            new Connection.OpenShift(account.resolve("token"), account.resolve("service-ca.crt"))));
  }

  private Stores.Opened open(String reference) throws IOException {
    return open(reference, connection());
  }

  private Stores.Opened open(String reference, Connection connection) throws IOException {
    return new Stores(connection, retries::add, notice -> {}).open(StoreReference.parse(reference));
  }

  private Connection trusting(Path authority) {
    return new Connection(
        false, Optional.of(authority), Optional.empty(), environment, connection().openShift());
  }

  private String reference() {
    return "oci://" + registry.host() + "/ci/cache:v1";
  }

  private List<String> sent() {
    return registry.registry().seen().stream()
        .map(seen -> seen.header("Authorization").orElse("nothing"))
        .toList();
  }

  @Test
  void readsAndSavesAsThePodsServiceAccount() throws IOException {
    environment.put("HTTPS_PROXY", "http://127.0.0.1:9");
    try (Store store = open(reference()).store()) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      store.put(new Tag("v1"), MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(store.manifest(new Tag("v1"))).isPresent();
    }
    assertThat(sent()).containsOnly("Bearer " + TOKEN);
    assertThat(retries).isEmpty();
  }

  @Test
  void readsTheTokenAgainOnceItWasRenewed() throws IOException {
    try (Store store = open(reference()).store()) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      registry.forget(TOKEN);
      registry.allow(jwt("second"), "ci");
      Files.writeString(account.resolve("token"), jwt("second"));

      assertThat(store.manifest(new Tag("v1"))).isEmpty();
    }
    assertThat(sent())
        .containsExactly("Bearer " + TOKEN, "Bearer " + TOKEN, "Bearer " + jwt("second"));
  }

  @Test
  void takesTheDockerConfigsLoginFirstWhoseUserIsAPlainName() throws IOException {
    registry.allow("managed", "ci");
    String auth =
        Base64.getEncoder().encodeToString("<token>:managed".getBytes(StandardCharsets.UTF_8));
    Path config =
        Files.writeString(
            folder.resolve("config.json"),
            "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + auth + "\"}}}");
    Connection connection =
        new Connection(
            false, Optional.empty(), Optional.of(config), environment, connection().openShift());
    try (Store store = open(reference(), connection).store()) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
    }
    assertThat(sent()).containsExactly("Basic " + auth);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheTokenAtHomeWhereItIsInsecureOrNotToBeUsed(boolean insecure) throws IOException {
    Connection connection =
        new Connection(
            insecure,
            Optional.empty(),
            Optional.empty(),
            environment,
            insecure ? connection().openShift() : Optional.empty());
    try (Store store = open(reference(), connection).store()) {
      assertThatThrownBy(() -> store.manifest(new Tag("v1"))).isInstanceOf(StoreException.class);
    }
    assertThat(sent()).doesNotContain("Bearer " + TOKEN);
  }

  @Test
  void keepsTheTokenAtHomeOnARedirect() throws IOException {
    registry.addStream("ci/cache");
    try (FakeRegistry elsewhere = FakeRegistry.tls();
        Store store = open(reference(), trusting(FakeRegistry.authority(folder))).store()) {
      registry.registry().mend();
      registry.registry().fault("GET", "/manifests/", Fault.redirect(elsewhere.url() + "/x"));
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      assertThat(elsewhere.seen())
          .singleElement()
          .satisfies(seen -> assertThat(seen.header("Authorization")).isEmpty());
    }
  }

  @Test
  void believesTheServiceAuthorityForServicesOnly() throws IOException {
    String port = registry.host().replaceFirst(".*:", ":");
    try (Store store = open("oci://localhost" + port + "/ci/cache:v1").store()) {
      assertThatThrownBy(() -> store.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Untrusted.class);
    }
    assertThat(registry.registry().seen()).isEmpty();
  }

  @Test
  void tellsTheExactCommandWhereARightIsMissingAndAsksOnce() throws IOException {
    Stores.Opened opened = open("oci://" + registry.host() + "/other/cache:v1");
    try (Store store = opened.store()) {
      assertThatThrownBy(() -> store.manifest(new Tag("v1")))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("service account '" + ACCOUNT + "'")
          .hasMessageNotContaining(TOKEN);
    }
    assertThat(opened.grant())
        .contains("oc policy add-role-to-user system:image-builder " + ACCOUNT + " -n other");
    assertThat(Hints.of(Reason.UNAUTHORIZED, opened.grant(), LoginCheck.Answer.ACCEPTED))
        .contains(opened.grant().get());
    assertThat(registry.registry().seen()).hasSize(1);
  }

  @Test
  void isUnauthorizedWhereTheLastRequestIsDenied() throws IOException {
    registry.denyCreation();
    try (Store store = open(reference()).store()) {
      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      assertThatThrownBy(() -> store.put(new Tag("v1"), MediaType.OCI_MANIFEST, MANIFEST))
          .isInstanceOf(StoreException.Unauthorized.class)
          .hasMessageContaining("DENIED");
    }
  }

  @Test
  void savesThoughOthersWinAgainstItsFirstPushes() throws IOException {
    registry.conflicts(2);
    try (Store store = open(reference()).store()) {
      store.put(new Tag("v1"), MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(store.manifest(new Tag("v1"))).isPresent();
    }
    assertThat(retries).hasSize(2);
  }

  @Test
  void healsAManifestThatItLostAndRemembers() throws IOException {
    try (Store store = open(reference()).store()) {
      store.put(new Tag("v1"), MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(store.manifest(new Tag("v1"))).isPresent();
      registry.losesManifest("ci/cache", "v1");

      assertThat(store.manifest(new Tag("v1"))).isEmpty();
      store.put(new Tag("v1"), MediaType.OCI_MANIFEST, MANIFEST);
      assertThat(store.manifest(new Tag("v1"))).isPresent();
    }
    assertThat(registry.registry().seen("POST", "/uploads/")).hasSize(1);
  }

  @Test
  void uploadsEachBlobInASessionOfItsOwnAndIsNeverKeptWaiting() throws IOException {
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    Descriptor blob = Descriptor.of(MediaType.OCI_CONFIG, config);
    byte[] manifest =
        new Manifest(MediaType.OCI_MANIFEST, blob, List.of(), new TreeMap<>()).toJson();
    try (Store store = open(reference()).store()) {
      assertThatThrownBy(() -> store.put(new Tag("v1"), MediaType.OCI_MANIFEST, manifest))
          .isInstanceOf(StoreException.BlobsUnknown.class);
      assertThat(registry.waitedFor()).isEqualTo(1);
      store.upload(blob, () -> new ByteArrayInputStream(config));
      store.upload(blob, () -> new ByteArrayInputStream(config));
      store.put(new Tag("v1"), MediaType.OCI_MANIFEST, manifest);
      assertThat(store.manifest(new Tag("v1"))).isPresent();
    }
    assertThat(registry.waitedFor()).isEqualTo(1);
    assertThat(registry.registry().seen("POST", "/uploads/")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache", "ci/team/cache", "ci/a__b"})
  void takesNoOtherNameThanNamespaceAndName(String name) {
    assertThat(
            InternalRegistry.of(StoreReference.parse("oci://" + registry.host() + "/" + name))
                .flatMap(InternalRegistry::mistake))
        .isPresent();
    assertThat(
            InternalRegistry.of(StoreReference.parse(reference()))
                .flatMap(InternalRegistry::mistake))
        .isEmpty();
  }

  @Test
  void showsNothingOfTheEnvironment() {
    environment.put("HTTPS_PROXY", "http://user:secret@proxy:1");

    assertThat(connection().toString()).contains("insecure=false").doesNotContain("secret@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image-registry.openshift-image-registry.svc.evil.example/ci/cache:v1",
        "image-registry.openshift-image-registry/ci/cache:v1",
        "ximage-registry.openshift-image-registry.svc/ci/cache:v1",
        "default-route-openshift-image-registry.apps.example/ci/cache:v1"
      })
  void isNoOther(String name) {
    assertThat(InternalRegistry.of(StoreReference.parse("oci://" + name))).isEmpty();
  }

  @Test
  void logsNoToken() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (Store store = open("oci://" + registry.host() + "/other/cache:v1").store()) {
      store.manifest(new Tag("v1"));
    } catch (StoreException e) {
      console.warning(e.toString());
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("WARNING").doesNotContain(TOKEN);
  }
}
