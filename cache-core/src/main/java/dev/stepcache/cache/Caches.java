package dev.stepcache.cache;

import dev.stepcache.key.KeyRecipe;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.WriteThroughFetcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The caches of one or several cache paths: the door for Java callers. Immutable; each verb may run
 * beside others, of this object too: whoever restores into a cache path waits for whoever uses it,
 * for at most {@code lockWait}. No verb throws for trouble with a store or a disk: the outcome says
 * what happened and why. An interrupt ends a verb; a commit that has begun is finished first.
 *
 * @param folders the cache paths
 * @param platform what an image must be for, and will be for
 * @param mode the modes that restored files get
 * @param rules what is saved; nothing larger than {@code rules.largest()} is restored either
 * @param lockWait how long another process or thread may hold a cache path
 * @param resources the heap and cores that each verb may use
 * @param events is told what happens, on whatever thread it happens
 */
public record Caches(
    CacheFolders folders,
    Platform platform,
    RestoreMode mode,
    SaveRules rules,
    Duration lockWait,
    Resources resources,
    Consumer<CacheEvent> events) {
  private static final long LARGEST = 10L << 30;
  private static final Duration LOCK_WAIT = Duration.ofMinutes(1);

  /**
   * Those of a cache path, for this platform: restored for all users, of at most 10 GiB, with all
   * heap and cores of this JVM, waiting up to a minute, and telling nobody.
   */
  public static Caches in(Path cachePath) {
    return in(CacheFolders.of(cachePath));
  }

  /** The same of several cache paths that are one cache. */
  public static Caches in(CacheFolders folders) {
    return new Caches(
        folders,
        Platform.current(),
        RestoreMode.SHARED,
        SaveRules.upTo(LARGEST),
        LOCK_WAIT,
        Resources.ofThisJvm(),
        event -> {});
  }

  /** For another platform than this machine's. */
  public Caches with(Platform other) {
    return new Caches(folders, other, mode, rules, lockWait, resources, events);
  }

  /** With other modes of what is restored. */
  public Caches with(RestoreMode other) {
    return new Caches(folders, platform, other, rules, lockWait, resources, events);
  }

  /** With other rules of what is saved, and how much is restored. */
  public Caches with(SaveRules other) {
    return new Caches(folders, platform, mode, other, lockWait, resources, events);
  }

  /** With another wait for whoever holds a cache path. */
  public Caches withLockWait(Duration other) {
    return new Caches(folders, platform, mode, rules, other, resources, events);
  }

  /** With a part of the JVM, where others run beside. */
  public Caches with(Resources other) {
    return new Caches(folders, platform, mode, rules, lockWait, other, events);
  }

  /** Telling what happens, on whatever thread it happens. */
  public Caches telling(Consumer<CacheEvent> other) {
    return new Caches(folders, platform, mode, rules, lockWait, resources, other);
  }

  /** Restores what lies under a reference: all of it, or nothing. */
  public FetchOutcome fetch(Store store, StoreReference reference) {
    return fetch(FetchRequest.of(List.of(Candidate.ofTheKey(store, reference))));
  }

  /** Restores the first candidate that is there: all of it, or nothing. */
  public FetchOutcome fetch(FetchRequest request) {
    return new Fetch(folders, mode, platform, rules.largest(), lockWait, resources, events)
        .run(request);
  }

  /** Saves the cache paths under a tag, where no cache is yet that could be restored. */
  public UploadOutcome upload(Store store, StoreReference target) {
    return upload(UploadRequest.to(store, target));
  }

  /** Saves the cache paths: all that the rules let through, or nothing. */
  public UploadOutcome upload(UploadRequest request) {
    return verb().run(request);
  }

  /**
   * Saves the cache paths to a store, and brings what lies there then to nearer ones. Where that
   * store takes nothing, the nearer ones are saved to all the same: the nearest but one of them is
   * no help to others, so the outcome tells of the store.
   *
   * @param nearer for each a request to save there
   */
  public UploadOutcome uploadWritingThrough(
      UploadRequest request, List<UploadRequest> nearer, List<StoreFindings> found) {
    UploadOutcome outcome = upload(request);
    Optional<UploadOutcome.Saved> saved = outcome.saved();
    Store from = request.store();
    for (UploadRequest other : nearer.reversed()) {
      if (saved.isPresent()) {
        UploadOutcome.Saved there = saved.get();
        new NearerStore(
                other.store(),
                other.target(),
                other.tag(),
                other.latest(),
                found,
                other.when() != UploadRequest.When.MISS)
            .bring(from, there.reference().with(there.digest()), events);
        follow(other, other.tag());
      } else if (NearerStore.mayFareBetter(outcome.reason())) {
        UploadOutcome instead = upload(other);
        saved = instead.saved();
        from = other.store();
        events.accept(
            saved.isPresent()
                ? new CacheEvent.WrittenThrough(
                    other.target(), saved.get().layers(), saved.get().sent())
                : new CacheEvent.NotWrittenThrough(
                    other.target(), new Trouble(instead.reason(), instead.message())));
      }
    }
    return outcome;
  }

  /**
   * Points the request's rolling tag to an image of its store, where that is there. An upload does
   * so by itself; this is for a run that has nothing to save.
   */
  public void follow(UploadRequest request, TagOrDigest image) {
    new RollingTag(request, platform, events).follow(image);
  }

  /** Brings a cache that was restored to other stores that lack it. */
  public void writeThrough(Fetcher from, StoreReference image, List<NearerStore> nearer) {
    if (from instanceof WriteThroughFetcher fetcher) {
      fetcher.awaitWritten();
    }
    nearer.forEach(other -> other.bring(from, image, events));
  }

  /** A store whose blobs are put into a nearer one while they are restored. */
  public static Fetcher writingThrough(Fetcher store, Store nearer) {
    return new WriteThroughFetcher(store, nearer);
  }

  /** What {@link #upload(UploadRequest)} would do, as far as that shows without packing. */
  public UploadOutcome preview(UploadRequest request) {
    return verb().preview(request);
  }

  private Upload verb() {
    return new Upload(folders, platform, rules, lockWait, resources, events);
  }

  /** Why a key was missed: how its files differ from those behind the newest cache. */
  public Explanation explain(Fetcher store, TagOrDigest latest, KeyRecipe recipe) {
    return Explanation.at(store, latest, recipe, resources);
  }
}
