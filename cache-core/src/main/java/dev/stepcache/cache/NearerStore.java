package dev.stepcache.cache;

import dev.stepcache.format.CacheImage;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.CacheTools;
import dev.stepcache.transfer.HealingStore;
import dev.stepcache.transfer.ImageCopy;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One of several stores of the same cache, such as a folder on a volume before a registry: it is
 * given what was restored from another, or saved to it. Whatever goes wrong there is told, and is
 * nobody's failure.
 *
 * @param target where the cache lies there; its selector must be a tag
 * @param latest the tag that points to the newest key; empty where that is not moved
 * @param found what fetches of this pod found broken, in whatever store
 * @param replaces whether a cache that is there under the tag, and whole, is replaced
 */
public record NearerStore(
    Store store,
    StoreReference target,
    Tag tag,
    Optional<Tag> latest,
    List<StoreFindings> found,
    boolean replaces) {
  /** Blobs are moved by waiting for stores, not by work. */
  private static final int THREADS = 4;

  /** What only says something of one store. */
  private static final Set<Reason> OF_THE_STORE =
      Collections.unmodifiableSet(
          EnumSet.of(
              Reason.UNAUTHORIZED,
              Reason.CREDENTIALS,
              Reason.TLS,
              Reason.UNREACHABLE,
              Reason.THROTTLED,
              Reason.REJECTED,
              Reason.CORRUPT,
              Reason.PLATFORM,
              Reason.NOT_A_CACHE,
              Reason.NEWER_FORMAT));

  public NearerStore {
    found = List.copyOf(found);
  }

  /** The store of a tag, where nothing is replaced but what is broken. */
  public static NearerStore of(Store store, StoreReference target, List<StoreFindings> found) {
    if (!(target.selector() instanceof Tag tag)) {
      throw new IllegalArgumentException("a cache is written to a tag, not a digest: " + target);
    }
    return new NearerStore(store, target, tag, Optional.empty(), found, false);
  }

  /**
   * Brings an image here, byte for byte, and tells how that went.
   *
   * @param image what it is there, by its digest
   */
  void bring(Fetcher from, StoreReference image, Consumer<CacheEvent> events) {
    try {
      Optional<ImageCopy.Copied> copied = brought(from, image);
      if (copied.isPresent() && (copied.get().moved() || copied.get().sent() > 0)) {
        events.accept(
            new CacheEvent.WrittenThrough(target, copied.get().sent(), copied.get().bytes()));
      }
    } catch (IOException e) {
      events.accept(new CacheEvent.NotWrittenThrough(target, Trouble.of(e)));
    } catch (RuntimeException e) {
      // An error of ours must not take back what was restored or saved.
      events.accept(new CacheEvent.NotWrittenThrough(target, Trouble.internal(e)));
    }
  }

  /** Empty if what is there stays. */
  private Optional<ImageCopy.Copied> brought(Fetcher from, StoreReference image)
      throws IOException {
    StoredManifest stored =
        from.manifest(image.selector())
            .orElseThrow(
                () -> new StoreException.Missing("read " + image + ": it is not there any more"));
    VerifiedReads reads = new VerifiedReads(store, StoreFindings.of(target, found));
    if (!mayHold(stored.digest(), reads)) {
      return Optional.empty();
    }
    HealingStore healing = new HealingStore(store, reads);
    ImageCopy.Copied copied =
        new ImageCopy(from, image, healing, THREADS, count -> {}).copy(stored, tag);
    if (latest.isPresent()) {
      moveLatest(healing, latest.get(), stored);
    }
    return Optional.of(copied);
  }

  /** Whether the tag may hold this image: it does, or nothing, or what may be replaced. */
  private boolean mayHold(Digest image, VerifiedReads reads) throws IOException {
    Lookup seen;
    try {
      seen = store.lookUp(tag);
    } catch (StoreException.Corrupt e) {
      return true;
    }
    if (seen.found().isEmpty()) {
      return true;
    }
    StoredManifest there = seen.found().get();
    if (there.digest().equals(image)) {
      return true;
    }
    boolean broken =
        StoreFindings.brokenAt(target, found).filter(there.digest()::equals).isPresent();
    return (broken || replaces) && CacheTools.mayReplace(reads, there) && !isNewer(there);
  }

  private static boolean isNewer(StoredManifest there) {
    try {
      Manifest manifest = ImageReader.manifest(there);
      return CacheImage.format(manifest) > CacheImage.FORMAT;
    } catch (IOException e) {
      return false;
    }
  }

  /** As an upload does: nothing depends on it. */
  private static void moveLatest(Store store, Tag latest, StoredManifest image) throws IOException {
    Optional<StoredManifest> there = store.manifest(latest);
    if (there.isEmpty() || CacheTools.mayReplace(new VerifiedReads(store), there.get())) {
      store.put(latest, image.mediaType(), image.content());
    }
  }

  /** Whether another store may do better, where an upload to one ended so. */
  static boolean mayFareBetter(Reason reason) {
    return OF_THE_STORE.contains(reason);
  }
}
