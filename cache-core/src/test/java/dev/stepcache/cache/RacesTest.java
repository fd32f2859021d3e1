package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.Reason;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.registry.RealRegistry;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.s3.FaultyS3;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many writers and readers of one key, and a registry that loses things under their hands. */
class RacesTest {
  private static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofMillis(400),
          Duration.ofSeconds(20));
  private static final RetryPolicy POLICY =
      new RetryPolicy(5, Duration.ofMillis(2), Duration.ofMillis(20), 20, Duration.ofSeconds(60));
  private static final String TAG = Bench.KEY.hex();

  @TempDir Path folder;
  private Trust trust = Trust.JDK_ROOTS;

  /** Once: whoever writes it anew takes it away from those who read it. */
  @BeforeEach
  void believeTheRegistry() {
    trust = new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty());
  }

  private static RegistryStore store(String host, boolean insecure, Trust trust) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(host + "/ci/cache"),
            new Login.Anonymous(),
            trust,
            insecure,
            Proxies.NONE,
            LIMITS,
            POLICY,
            retry -> {}));
  }

  private RegistryStore store(FakeRegistry registry) {
    return store(registry.host(), false, trust);
  }

  private Path tree(String name) throws IOException {
    Path tree = Files.createDirectories(folder.resolve(name));
    Files.writeString(tree.resolve("left"), name);
    Files.writeString(tree.resolve("right"), name);
    return tree;
  }

  private interface Opening {
    Store open() throws StoreException;
  }

  private void savesEightAtOnce(Opening stores) throws Exception {
    List<Path> trees = new ArrayList<>();
    for (int at = 0; at < 8; at++) {
      trees.add(tree("tree-" + at));
    }
    List<Future<Reason>> reasons = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Path tree : trees) {
        reasons.add(
            threads.submit(() -> {
              try (Store store = stores.open()) {
                return Bench.on(store).upload(tree).reason();
              }
            }));
      }
    }
    for (Future<Reason> reason : reasons) {
      assertThat(reason.get()).isIn(Reason.SAVED, Reason.EXISTS);
    }
    try (Store store = stores.open()) {
      fetchesAWholeTree(store, folder.resolve("restored"));
    }
  }

  private static void fetchesAWholeTree(Store store, Path restored) throws IOException {
    assertThat(Bench.on(store).fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    assertThat(Files.readString(restored.resolve("left")))
        .startsWith("tree-")
        .isEqualTo(Files.readString(restored.resolve("right")));
  }

  @Test
  void savesOneKeyEightTimesAtOnceWhereWritersGetInEachOthersWay() throws Exception {
    try (FakeRegistry registry = FakeRegistry.tls()) {
      Fault conflict = Fault.status(500);
      registry.fault(
          "PUT", "/manifests/", conflict, Fault.none(), conflict, conflict, Fault.none(), conflict);
      savesEightAtOnce(() -> store(registry));
    }
  }

  @ParameterizedTest
  @EnumSource
  void savesOneKeyEightTimesAtOnceToEachKindOfStore(StoreKind kind) throws Exception {
    try (FaultyServer server = kind.open("")) {
      savesEightAtOnce(() -> server.open(way(server)));
    }
  }

  @Test
  void savesOneKeyEightTimesAtOnceWhereConditionsAreNotLookedAt() throws Exception {
    try (FaultyS3 server = new FaultyS3("").ignoringConditions()) {
      savesEightAtOnce(() -> server.open(way(server)));
      assertThat(server.openUploads()).isZero();
    }
  }

  private static FaultyServer.Way way(FaultyServer server) {
    return new FaultyServer.Way(
        "http://" + server.host(),
        LIMITS,
        POLICY,
        true,
        Trust.JDK_ROOTS,
        Proxies.NONE,
        retry -> {});
  }

  @Test
  @Tag("program")
  void savesOneKeyEightTimesAtOnceToARealRegistry() throws Exception {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      savesEightAtOnce(() -> store(registry.host(), true, Trust.JDK_ROOTS));
    }
  }

  @Test
  @Tag("slow")
  void restoresOneWholeTreeTwoHundredTimesWhileTheTagMoves()
      throws IOException, InterruptedException, ExecutionException {
    try (FakeRegistry registry = FakeRegistry.tls();
        RegistryStore store = store(registry);
        ExecutorService mover = Executors.newSingleThreadExecutor()) {
      List<byte[]> manifests = new ArrayList<>();
      for (String name : List.of("tree-a", "tree-b")) {
        assertThat(
                Bench.on(store)
                    .upload(tree(name), UploadRequest.When.ALWAYS, Optional.empty())
                    .reason())
            .isEqualTo(Reason.SAVED);
        manifests.add(registry.manifest("ci/cache", TAG).orElseThrow());
      }
      AtomicBoolean done = new AtomicBoolean();
      Future<?> moving =
          mover.submit(() -> {
            for (int at = 0; !done.get(); at++) {
              registry.addManifest(
                  "ci/cache", TAG, MediaType.OCI_MANIFEST.value(), manifests.get(at % 2));
              Thread.onSpinWait();
              if (at % 100 == 0) {
                Thread.yield();
              }
            }
          });
      registry.forgetSeen();
      try {
        for (int at = 0; at < 200; at++) {
          fetchesAWholeTree(store, folder.resolve("restored"));
        }
      } finally {
        done.set(true);
      }
      moving.get();
      assertThat(registry.seen("GET", "/manifests/")).hasSize(200);
    }
  }

  @Test
  void sendsOnceMoreWhatTheRegistryLostBetweenItsWordAndTheManifest() throws IOException {
    try (FakeRegistry registry = FakeRegistry.tls();
        RegistryStore store = store(registry)) {
      Path tree = tree("tree-a");
      registry.fault(
          "PUT",
          "/manifests/",
          (exchange, damage) -> {
            registry.blobs.clear();
            return false;
          });

      assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.SAVED);
      fetchesAWholeTree(store, folder.resolve("restored"));
      assertThat(registry.seen("PUT", "/manifests/" + TAG)).hasSize(2);
    }
  }

  @Test
  void sendsNothingAThirdTime() throws IOException {
    try (FakeRegistry registry = FakeRegistry.tls();
        RegistryStore store = store(registry)) {
      Path tree = tree("tree-a");
      registry.always(
          "PUT",
          "/manifests/",
          (exchange, damage) -> {
            registry.blobs.clear();
            return false;
          });

      assertThat(Bench.on(store).upload(tree).reason()).isEqualTo(Reason.REJECTED);
      assertThat(registry.seen("PUT", "/manifests/" + TAG)).hasSize(2);
    }
  }
}
