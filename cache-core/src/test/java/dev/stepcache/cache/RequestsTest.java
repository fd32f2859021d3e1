package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each way costs a registry: over most distances a request is a round trip. */
class RequestsTest extends OddTree {
  /** Not of the insecure ones, which are asked once more for what they speak. */
  private final FakeRegistry registry = FakeRegistry.tls();

  private int layers;

  @BeforeEach
  void makeSomeLayers() throws IOException {
    Random random = new Random(9);
    for (int file = 0; file < 12; file++) {
      byte[] content = new byte[1 << 20];
      random.nextBytes(content);
      Files.write(tree.resolve("file" + file), content);
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Map<String, Integer> counted(Function<Bench, Reason> way, Reason expected) {
    registry.forgetSeen();
    try (RegistryStore store =
        new RegistryStore(
            new RegistrySettings(
                ImageReference.parse(registry.host() + "/ci/cache"),
                new Login.Anonymous(),
                new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty()),
                false,
                Proxies.NONE,
                retry -> {}))) {
      assertThat(way.apply(Bench.on(store))).isEqualTo(expected);
    }
    return registry.seen().stream()
        .map(seen -> seen.method() + " " + seen.path().split("/")[4])
        .collect(Collectors.toMap(Function.identity(), one -> 1, Integer::sum, TreeMap::new));
  }

  private Reason cold(Bench one) {
    UploadOutcome outcome = one.upload(tree);
    outcome.saved().ifPresent(saved -> layers = saved.layers());
    return outcome.reason();
  }

  private static Function<Bench, Reason> upload(Path path, UploadRequest.When when) {
    return one -> one.upload(path, when, Optional.empty()).reason();
  }

  private Reason fetch(Bench one) {
    return one.fetch(restored, RestoreMode.PRESERVE).reason();
  }

  @Test
  void aMissIsOneRequest() {
    assertThat(counted(this::fetch, Reason.MISS)).isEqualTo(Map.of("GET manifests", 1));
  }

  @Test
  void aHitIsARequestForTheManifestAndOneForEachBlob() {
    counted(this::cold, Reason.SAVED);

    assertThat(counted(this::fetch, Reason.HIT))
        .isEqualTo(Map.of("GET manifests", 1, "GET blobs", layers + 2));
  }

  @Test
  void aColdUploadIsThreeRequestsForEachBlobAndTwoTags() {
    Map<String, Integer> counted = counted(this::cold, Reason.SAVED);

    int blobs = layers + 2;
    assertThat(layers).isGreaterThan(4);
    assertThat(counted)
        .isEqualTo(
            Map.of(
                "GET manifests", 1,
                "HEAD blobs", blobs,
                "POST blobs", blobs,
                "PUT blobs", blobs,
                "PUT manifests", 2));
  }

  @Test
  void latestIsAskedForOnceWhereNoFetchOfThePodDid() {
    Function<Bench, Reason> alone =
        one -> {
          one.latestIsOurs = false;
          return one.upload(tree).reason();
        };

    assertThat(counted(alone, Reason.SAVED)).containsEntry("GET manifests", 2);
  }

  @Test
  void nothingChangedIsOneRequest() {
    counted(this::cold, Reason.SAVED);
    counted(this::fetch, Reason.HIT);

    for (UploadRequest.When when : List.of(UploadRequest.When.CHANGED, UploadRequest.When.ALWAYS)) {
      assertThat(counted(upload(restored, when), Reason.UNCHANGED))
          .isEqualTo(Map.of("GET manifests", 1));
    }
  }

  @Test
  void aCacheThatIsThereIsLookedForAndNotRead() {
    counted(this::cold, Reason.SAVED);

    assertThat(counted(upload(tree, UploadRequest.When.MISS), Reason.EXISTS))
        .isEqualTo(Map.of("GET manifests", 1, "HEAD blobs", layers + 2, "GET blobs", 1));
  }

  @Test
  void aSmallChangeAsksOnceForEachLayerThatIsKept() throws IOException {
    counted(this::cold, Reason.SAVED);
    counted(this::fetch, Reason.HIT);
    Files.writeString(restored.resolve("new"), "new");

    Map<String, Integer> counted =
        counted(upload(restored, UploadRequest.When.CHANGED), Reason.SAVED);

    // Config and index of the base are read; a layer, an index and a config are new.
    assertThat(counted)
        .isEqualTo(
            Map.of(
                "GET manifests", 1,
                "GET blobs", 2,
                "HEAD blobs", layers + 3,
                "POST blobs", 3,
                "PUT blobs", 3,
                "PUT manifests", 2));
  }
}
