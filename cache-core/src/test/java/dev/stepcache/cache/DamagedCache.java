package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.credentials.Login;
import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.key.CacheKey;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
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
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cache in a folder or in a real registry, of which a test damages what it likes. */
abstract class DamagedCache {
  static final CacheKey FIRST = new CacheKey("1".repeat(64));
  static final CacheKey SECOND = new CacheKey("2".repeat(64));
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

  final Store store(Kept kept) {
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

  static Tag tag(CacheKey key) {
    return new Tag(key.hex());
  }

  static StoreReference reference(CacheKey key) {
    return new StoreReference.InLayout(Path.of("/elsewhere"), tag(key));
  }

  final UploadOutcome upload(
      Store store, CacheKey key, UploadRequest.When when, FetchOutcome seen) {
    return upload(store, tree, key, when, seen);
  }

  static UploadOutcome upload(
      Store store, Path path, CacheKey key, UploadRequest.When when, FetchOutcome seen) {
    return new Upload(
            new CacheFolders(Roots.of(path)),
            Bench.PLATFORM,
            SaveRules.upTo(1L << 40),
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

  static FetchOutcome nothingSeen() {
    return FetchOutcome.of(new Trouble(Reason.MISS, ""));
  }

  final FetchOutcome fetch(Store store, CacheKey key) throws IOException {
    return fetch(store, key, Files.createDirectories(folder.resolve("restored" + restores++)));
  }

  static FetchOutcome fetch(Store store, CacheKey key, Path into) {
    return new Fetch(
            CacheFolders.of(into),
            RestoreMode.PRESERVE,
            Bench.PLATFORM,
            1L << 40,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            event -> {})
        .run(List.of(Candidate.ofTheKey(store, reference(key))));
  }

  final void restores(Store store, CacheKey key) throws IOException {
    FetchOutcome outcome = fetch(store, key);
    assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(folder.resolve("restored" + (restores - 1)))).isEqualTo(saved);
  }

  static Digest digest(Store store, CacheKey key, Part part) throws IOException {
    var stored = store.manifest(tag(key)).orElseThrow();
    Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
    return switch (part) {
      case LAYER -> manifest.layers().getFirst().digest();
      case INDEX -> manifest.layers().getLast().digest();
      case CONFIG -> manifest.config().digest();
      case MANIFEST -> stored.digest();
    };
  }

  final void damage(Kept kept, Digest digest, BlobDamage damage) throws IOException {
    Path file = file(kept, digest);
    Files.write(file, damage.of(Files.readAllBytes(file)));
  }

  final Reason save(Store store, CacheKey key, FetchOutcome seen) {
    return upload(store, key, UploadRequest.When.MISS, seen).reason();
  }
}
