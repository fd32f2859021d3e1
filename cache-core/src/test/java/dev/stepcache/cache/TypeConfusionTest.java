package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that two readers could take for different things, and images for many platforms. */
class TypeConfusionTest {
  private static final String TAG = Bench.KEY.hex();

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();
  private RegistryStore store;
  private Path restored;
  private Path tree;

  @BeforeEach
  void saveATree() throws IOException {
    store =
        new RegistryStore(
            new RegistrySettings(
                ImageReference.parse(registry.host() + "/ci/cache"),
                new Login.Anonymous(),
                new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty()),
                false,
                Proxies.NONE,
                retry -> {}));
    tree = Files.createDirectories(folder.resolve("tree"));
    restored = folder.resolve("restored");
    Files.writeString(tree.resolve("file"), "content");
    assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.SAVED);
  }

  @AfterEach
  void close() {
    store.close();
    registry.close();
  }

  private FetchOutcome fetch() {
    return Bench.on(store).fetch(restored, RestoreMode.SHARED);
  }

  private void serve(MediaType type, Consumer<ObjectNode> change) throws IOException {
    ObjectNode document = Json.object(registry.manifest("ci/cache", TAG).orElseThrow(), "manifest");
    change.accept(document);
    registry.addManifest("ci/cache", TAG, type.value(), Json.bytes(document));
  }

  private void refusesTenTimes() {
    for (int at = 0; at < 10; at++) {
      assertThat(fetch().reason()).isEqualTo(Reason.CORRUPT);
      assertThat(restored).doesNotExist();
    }
  }

  @Test
  void refusesAManifestThatIsAnIndexAsWell() throws IOException {
    serve(MediaType.OCI_MANIFEST, document -> document.putArray("manifests"));
    refusesTenTimes();
  }

  @Test
  void refusesAnIndexThatIsAManifestAsWell() throws IOException {
    serve(
        MediaType.OCI_INDEX,
        document -> {
          document.remove("mediaType");
          document.putArray("manifests");
        });
    refusesTenTimes();
  }

  @Test
  void refusesADocumentThatIsServedAsAnotherType() throws IOException {
    for (MediaType type :
        List.of(MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST, MediaType.OCI_CONFIG)) {
      serve(type, document -> {});
      refusesTenTimes();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "binary/octet-stream",
        "nonsense"
      })
  void takesADocumentByItsOwnWordWhereTheTypeSaysNothing(String served) throws IOException {
    serve(new MediaType(served), document -> {});
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.EXISTS);

    serve(new MediaType(served), document -> document.remove("mediaType"));
    assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.EXISTS);

    serve(new MediaType(served), document -> document.putArray("manifests"));
    assertThat(Bench.on(store).fetch(tree.resolveSibling("other"), RestoreMode.SHARED).reason())
        .isEqualTo(Reason.CORRUPT);
  }

  @Test
  void refusesAConfigOrALayerOfAnotherKind() throws IOException {
    serve(
        MediaType.OCI_MANIFEST,
        document -> document.withObject("config").put("mediaType", "application/json"));
    refusesTenTimes();
    serve(
        MediaType.OCI_MANIFEST,
        document -> {
          document.withObject("config").put("mediaType", MediaType.OCI_CONFIG.value());
          ((ObjectNode) document.withArray("layers").get(0)).put("mediaType", "text/plain");
        });
    refusesTenTimes();
  }

  private void serveAnIndex(String architecture) {
    byte[] manifest = registry.manifest("ci/cache", TAG).orElseThrow();
    String index =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[\
        {"mediaType":"%s","digest":"%s","size":%d,\
        "platform":{"os":"linux","architecture":"%s"}}]}\
        """
            .formatted(
                MediaType.OCI_INDEX,
                MediaType.OCI_MANIFEST,
                Digest.of(manifest),
                manifest.length,
                architecture);
    registry.addManifest(
        "ci/cache", TAG, MediaType.OCI_INDEX.value(), index.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void restoresThePlatformsOwnImageOfAnIndex() {
    serveAnIndex(Bench.PLATFORM.architecture());
    assertThat(fetch().reason()).isEqualTo(Reason.HIT);
    assertThat(restored.resolve("file")).hasContent("content");
    assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.EXISTS);
  }

  @Test
  void leavesAnIndexForOtherPlatformsAlone() {
    serveAnIndex("s390x");
    assertThat(fetch().reason()).isEqualTo(Reason.PLATFORM);
    assertThat(fetch().broken()).isEmpty();
    assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.PLATFORM);
  }
}
