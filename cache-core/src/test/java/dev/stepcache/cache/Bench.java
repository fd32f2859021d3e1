package dev.stepcache.cache;

import dev.stepcache.archive.Compression;
import dev.stepcache.console.Notices;
import dev.stepcache.format.Expiry;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import dev.stepcache.tree.Roots;
import dev.stepcache.usage.Pruning;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Fetch and upload as the steps call them, on one store. */
public final class Bench {
  public static final CacheKey KEY = new CacheKey("ab".repeat(32));
  static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");
  public static final Platform PLATFORM = new Platform("linux", "amd64");

  final Store store;
  final StoreReference reference;
  UploadRequest.Neighbours neighbours =
      reference -> {
        throw new AssertionError("nothing lies beside: " + reference);
      };

  /** What fetches of this pod found broken. */
  Findings findings = Findings.NONE;

  Optional<Expiry> expiry = Optional.empty();
  UploadRequest.Origin origin = UploadRequest.Origin.UNKNOWN;
  boolean anyPlatform;

  Optional<Tag> rolling = Optional.empty();

  /** As after a fetch that missed, which looks at it. */
  boolean latestIsOurs = true;

  Platform platform = PLATFORM;

  /** By a clock that stands still: when it was saved is a part of an image. */
  SaveRules rules = SaveRules.upTo(1L << 40).with(Pruning.NONE.by(() -> NOON));

  final List<CacheEvent> events = Collections.synchronizedList(new ArrayList<>());

  /** Is told each event as well, on the thread that works. */
  Consumer<CacheEvent> listener = event -> {};

  /** Of the layers that uploads pack. */
  public Compression compression = Compression.USUAL;

  private Bench(Store store, StoreReference reference) {
    this.store = store;
    this.reference = reference;
  }

  static Bench layout(Path folder) {
    return new Bench(
        new LayoutStore(folder), new StoreReference.InLayout(folder, new Tag(KEY.hex())));
  }

  static Bench on(Store store) {
    return new Bench(store, new StoreReference.InLayout(Path.of("/elsewhere"), new Tag(KEY.hex())));
  }

  FetchOutcome fetch(Path cachePath, RestoreMode mode) {
    return fetch(cachePath, mode, 1L << 40);
  }

  FetchOutcome fetch(Path cachePath, RestoreMode mode, long largest) {
    return fetch(CacheFolders.of(cachePath), mode, largest);
  }

  FetchOutcome fetch(Roots roots, RestoreMode mode) {
    return fetch(new CacheFolders(roots), mode, 1L << 40);
  }

  private FetchOutcome fetch(CacheFolders folders, RestoreMode mode, long largest) {
    return new Fetch(
            folders,
            mode,
            platform,
            largest,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            this::happened)
        .run(List.of(Candidate.ofTheKey(store, reference)));
  }

  private void happened(CacheEvent event) {
    events.add(event);
    listener.accept(event);
  }

  /** What a person was told, a line each. */
  List<String> notices() {
    return events.stream()
        .filter(CacheEvent.Notice.class::isInstance)
        .map(event -> Notices.of((CacheEvent.Notice) event))
        .toList();
  }

  FetchOutcome fetch(Path cachePath, Tag tag) {
    return fetch(cachePath, Candidate.ofTheKey(store, at(tag)));
  }

  /** The same of a place that is a fallback. */
  FetchOutcome fallback(Path cachePath, Tag tag) {
    return fetch(cachePath, Candidate.fallback(store, at(tag)));
  }

  private static StoreReference at(Tag tag) {
    return new StoreReference.InLayout(Path.of("/x"), tag);
  }

  private FetchOutcome fetch(Path cachePath, Candidate candidate) {
    return new Fetch(
            CacheFolders.of(cachePath),
            RestoreMode.PRESERVE,
            PLATFORM,
            1L << 40,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            events::add)
        .run(List.of(candidate));
  }

  public UploadOutcome upload(Path cachePath) {
    return upload(cachePath, UploadRequest.When.MISS, Optional.empty());
  }

  public UploadOutcome upload(Path cachePath, UploadRequest.When when, Optional<Digest> broken) {
    return upload(cachePath, when, broken, Optional.empty());
  }

  public UploadOutcome upload(
      Path cachePath,
      UploadRequest.When when,
      Optional<Digest> broken,
      Optional<KeyRecipe> recipe) {
    return upload(Roots.of(cachePath), when, broken, recipe);
  }

  public UploadOutcome upload(Roots roots, UploadRequest.When when, Optional<Digest> broken) {
    return upload(roots, when, broken, Optional.empty());
  }

  private UploadOutcome upload(
      Roots roots, UploadRequest.When when, Optional<Digest> broken, Optional<KeyRecipe> recipe) {
    return new Upload(
            new CacheFolders(roots),
            platform,
            rules,
            Duration.ofMillis(200),
            Resources.ofThisJvm(),
            this::happened)
        .run(
            new UploadRequest(
                    store,
                    reference,
                    new Tag(KEY.hex()),
                    Optional.of(new Tag("latest")),
                    Optional.of(KEY),
                    recipe,
                    when,
                    compression,
                    broken,
                    Optional.empty(),
                    neighbours,
                    findings,
                    anyPlatform,
                    latestIsOurs,
                    expiry)
                .from(origin)
                .followedBy(rolling));
  }
}
