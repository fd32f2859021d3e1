package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.key.CacheKey;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.registry.RealRegistry;
import dev.stepcache.registry.RegistrySettings;
import dev.stepcache.registry.RegistryStore;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import dev.stepcache.transfer.HealingStore;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies broken in a store, and was met by a fetch, is whole after that pod's next upload. */
@org.junit.jupiter.api.Tag("program")
class HealingTest {
  private static final CacheKey FIRST = new CacheKey("1".repeat(64));
  private static final CacheKey SECOND = new CacheKey("2".repeat(64));
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4), 20, Duration.ofSeconds(60));

  /** Where a cache is kept. */
  enum Kept {
    FOLDER,
    REGISTRY
  }

  /** What of an image is damaged. */
  enum Part {
    LAYER,
    INDEX,
    CONFIG,
    MANIFEST
  }

  static Stream<Arguments> everything() {
    return Arrays.stream(Kept.values())
        .flatMap(kept ->
            Arrays.stream(Part.values())
                .flatMap(part ->
                    Arrays.stream(BlobDamage.values())
                        .map(damage -> Arguments.of(kept, part, damage))));
  }

  @TempDir Path folder;
  private Path tree;
  private SortedMap<String, TreeSnapshot.Entry> saved;
  private Optional<RealRegistry> registry = Optional.empty();
  private int restores;

  @BeforeEach
  void makeATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("tree"));
    byte[] content = new byte[300_000];
    new Random(3).nextBytes(content);
    Files.write(tree.resolve("random"), content);
    Files.writeString(tree.resolve("text"), "line\n".repeat(50_000));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("text"));
    saved = TreeSnapshot.of(tree);
  }

  @AfterEach
  void close() {
    registry.ifPresent(RealRegistry::close);
  }

  private Store store(Kept kept) {
    return switch (kept) {
      case FOLDER -> new LayoutStore(folder.resolve("store"));
      case REGISTRY -> {
        registry = registry.or(() -> Optional.of(RealRegistry.open(folder)));
        yield new RegistryStore(
            new RegistrySettings(
                ImageReference.parse(registry.get().host() + "/ci/cache"),
                new Login.Anonymous(),
                Trust.JDK_ROOTS,
                true,
                Proxies.NONE,
                Limits.STANDARD,
                POLICY,
                retry -> {}));
      }
    };
  }

  private Path file(Kept kept, Digest digest) {
    return switch (kept) {
      case FOLDER -> folder.resolve("store/blobs/sha256").resolve(digest.hex());
      case REGISTRY ->
          registry
              .orElseThrow()
              .storage()
              .resolve("docker/registry/v2/blobs/sha256")
              .resolve(digest.hex().substring(0, 2))
              .resolve(digest.hex())
              .resolve("data");
    };
  }

  private static Tag tag(CacheKey key) {
    return new Tag(key.hex());
  }

  private static StoreReference reference(CacheKey key) {
    return new StoreReference.InLayout(Path.of("/elsewhere"), tag(key));
  }

  private UploadOutcome upload(
      Store store, CacheKey key, UploadRequest.When when, FetchOutcome seen) {
    return upload(store, tree, key, when, seen);
  }

  private static UploadOutcome upload(
      Store store, Path path, CacheKey key, UploadRequest.When when, FetchOutcome seen) {
    return new Upload(
            new CacheFolders(Roots.of(path)),
            Bench.PLATFORM,
            new SaveRules(1L << 40, false, false),
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            event -> {})
        .run(
            new UploadRequest(
                store,
                reference(key),
                tag(key),
                Optional.of(new Tag("latest")),
                Optional.of(key),
                Optional.empty(),
                when,
                Compression.USUAL,
                seen.broken(),
                Optional.empty(),
                reference -> {
                  throw new AssertionError();
                },
                seen.findings(),
                false,
                true,
                Optional.empty()));
  }

  private static FetchOutcome nothingSeen() {
    return FetchOutcome.of(new Trouble(Reason.MISS, ""));
  }

  private FetchOutcome fetch(Store store, CacheKey key) throws IOException {
    return fetch(store, key, Files.createDirectories(folder.resolve("restored" + restores++)));
  }

  private static FetchOutcome fetch(Store store, CacheKey key, Path into) {
    return new Fetch(
            CacheFolders.of(into),
            RestoreMode.PRESERVE,
            Bench.PLATFORM,
            1L << 40,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            event -> {})
        .run(List.of(new Candidate(store, reference(key), true)));
  }

  private void restores(Store store, CacheKey key) throws IOException {
    FetchOutcome outcome = fetch(store, key);
    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(folder.resolve("restored" + (restores - 1)))).isEqualTo(saved);
  }

  private static Digest digest(Store store, CacheKey key, Part part) throws IOException {
    var stored = store.manifest(tag(key)).orElseThrow();
    Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
    return switch (part) {
      case LAYER -> manifest.layers().getFirst().digest();
      case INDEX -> manifest.layers().getLast().digest();
      case CONFIG -> manifest.config().digest();
      case MANIFEST -> stored.digest();
    };
  }

  private void damage(Kept kept, Digest digest, BlobDamage damage) throws IOException {
    Path file = file(kept, digest);
    Files.write(file, damage.of(Files.readAllBytes(file)));
  }

  private Reason save(Store store, CacheKey key, FetchOutcome seen) {
    return upload(store, key, UploadRequest.When.MISS, seen).reason();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void healsAtThatPodsUploadAndSpreadsNoFurther(Kept kept, Part part, BlobDamage damage)
      throws IOException {
    try (Store store = store(kept)) {
      assertThat(save(store, FIRST, nothingSeen())).isEqualTo(Reason.SAVED);
      damage(kept, digest(store, FIRST, part), damage);

      FetchOutcome seen = fetch(store, FIRST);
      assertThat(seen.reason()).as(seen.toString()).isIn(Reason.CORRUPT, Reason.REJECTED);

      // Another key of the same content, which would be born broken.
      assertThat(save(store, SECOND, seen)).isEqualTo(Reason.SAVED);
      restores(store, SECOND);
      assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);
      restores(store, FIRST);
      assertThat(save(store, FIRST, nothingSeen())).isEqualTo(Reason.EXISTS);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void healsAllThatIsBrokenAtOnce(Kept kept) throws IOException {
    try (Store store = store(kept)) {
      save(store, FIRST, nothingSeen());
      for (Part part : List.of(Part.LAYER, Part.INDEX, Part.CONFIG)) {
        damage(kept, digest(store, FIRST, part), BlobDamage.FLIPPED);
      }
      FetchOutcome seen = fetch(store, FIRST);
      assertThat(seen.findings().broken()).hasSize(3);

      assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);
      restores(store, FIRST);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void healsAgainWhatIsBrokenAgain(Kept kept) throws IOException {
    try (Store store = store(kept)) {
      save(store, FIRST, nothingSeen());
      for (int time = 0; time < 3; time++) {
        for (Part part : List.of(Part.LAYER, Part.MANIFEST)) {
          damage(kept, digest(store, FIRST, part), BlobDamage.FLIPPED);
          FetchOutcome seen = fetch(store, FIRST);
          assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);
          restores(store, FIRST);
        }
      }
    }
  }

  @Test
  void aFolderHealsForAllKeysThatShareWhatWasBroken() throws IOException {
    try (Store store = store(Kept.FOLDER)) {
      save(store, FIRST, nothingSeen());
      save(store, SECOND, nothingSeen());
      damage(Kept.FOLDER, digest(store, FIRST, Part.LAYER), BlobDamage.FLIPPED);

      FetchOutcome seen = fetch(store, FIRST);
      assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);

      restores(store, SECOND);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void nothingIsUnchangedWhereTheImageIsBroken(Kept kept) throws IOException {
    isSavedAnew(kept, UploadRequest.When.CHANGED);
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void nothingIsTheSameAsABrokenImage(Kept kept) throws IOException {
    isSavedAnew(kept, UploadRequest.When.ALWAYS);
  }

  private void isSavedAnew(Kept kept, UploadRequest.When when) throws IOException {
    try (Store store = store(kept)) {
      save(store, FIRST, nothingSeen());
      Path workspace = Files.createDirectories(folder.resolve("workspace"));
      assertThat(fetch(store, FIRST, workspace).reason()).isEqualTo(Reason.HIT);
      damage(kept, digest(store, FIRST, Part.LAYER), BlobDamage.FLIPPED);
      FetchOutcome seen = fetch(store, FIRST);

      // The workspace has a local index of that very image, and nothing was touched.
      assertThat(upload(store, workspace, FIRST, when, seen).reason()).isEqualTo(Reason.SAVED);
      restores(store, FIRST);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void aBrokenLayerOfTheBaseIsGivenUp(Kept kept) throws IOException {
    try (Store store = store(kept)) {
      save(store, FIRST, nothingSeen());
      Path workspace = Files.createDirectories(folder.resolve("workspace"));
      assertThat(fetch(store, FIRST, workspace).reason()).isEqualTo(Reason.HIT);
      damage(kept, digest(store, FIRST, Part.LAYER), BlobDamage.FLIPPED);
      FetchOutcome seen = fetch(store, FIRST);
      Files.writeString(workspace.resolve("new"), "new");

      // As of another cache of this pod: the image under this key is not the one that is broken.
      FetchOutcome elsewhere =
          new FetchOutcome(
              Reason.MISS,
              "",
              Optional.empty(),
              List.of(new StoreFindings(reference(FIRST), Optional.empty(), seen.findings())));
      assertThat(upload(store, workspace, SECOND, UploadRequest.When.CHANGED, elsewhere).reason())
          .isEqualTo(Reason.SAVED);

      FetchOutcome outcome = fetch(store, SECOND);
      assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.HIT);
    }
  }

  @Test
  void whatCouldNotBeReadOnceIsLookedAtAgainAndStays() throws IOException {
    FaultyStore faulty = new FaultyStore(store(Kept.FOLDER));
    save(faulty, FIRST, nothingSeen());
    Descriptor layer = layer(faulty);
    faulty.fault =
        operation -> {
          if (operation.equals("blob " + layer.digest())) {
            throw new StoreException.Rejected("read: 500");
          }
        };
    FetchOutcome seen = fetch(faulty, FIRST);
    assertThat(seen.reason()).isEqualTo(Reason.REJECTED);
    assertThat(seen.broken()).isEmpty();
    assertThat(seen.findings().unread()).containsExactly(layer.digest());

    faulty.fault = operation -> {};
    assertThat(save(faulty, FIRST, seen)).isEqualTo(Reason.EXISTS);
  }

  @Test
  void mountsNothingThatIsBroken() throws IOException {
    FaultyStore faulty = new FaultyStore(store(Kept.FOLDER));
    save(faulty, FIRST, nothingSeen());
    Descriptor layer = layer(faulty);
    Findings findings = new Findings(Set.of(layer.digest()), Set.of());
    try (HealingStore healing = new HealingStore(faulty, new VerifiedReads(faulty, findings))) {
      faulty.mountsAll = true;
      faulty.operations.clear();
      Mounter mounter = healing.offers(Mounter.class).orElseThrow();
      assertThat(mounter.mount(layer, StoreReference.parse("oci://h/other:t"))).isFalse();
      assertThat(healing.has(layer)).isFalse();
      assertThat(healing.lacks(layer)).isTrue();
      assertThat(faulty.operations).isEmpty();
    }
  }

  private static Descriptor layer(Store store) throws IOException {
    var stored = store.manifest(tag(FIRST)).orElseThrow();
    return Manifest.parse(stored.content(), stored.mediaType()).layers().getFirst();
  }
}
