package dev.stepcache.cache;

import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.CacheTools;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A tag for readers that can name no key: what mounts an image by a literal reference. It names
 * what lies under the key of the last run, whether that saved it or found it: a change that is
 * taken back brings an old key, and the tag goes back with it. Nothing that goes wrong here changes
 * an outcome.
 *
 * @param request whose tag it is
 * @param platform what it may name caches of
 */
record RollingTag(UploadRequest request, Platform platform, Consumer<CacheEvent> events) {
  /**
   * Points the tag to an image of the request's store; does nothing where the request has no such
   * tag, or that image is not there.
   */
  void follow(TagOrDigest image) {
    if (request.rolling().isEmpty()) {
      return;
    }
    Tag tag = request.rolling().get();
    Store store = request.store();
    try {
      Optional<StoredManifest> stored = store.manifest(image);
      if (stored.isPresent() && mayName(stored.get(), tag)) {
        store.put(tag, stored.get().mediaType(), stored.get().content());
        events.accept(
            new CacheEvent.RollingTagMoved(request.target().with(tag), stored.get().digest()));
      }
    } catch (IOException e) {
      events.accept(new CacheEvent.TagNotMoved(tag, Trouble.of(e)));
    }
  }

  /** Whether the tag names something else, which may be replaced. */
  private boolean mayName(StoredManifest image, Tag tag) throws IOException {
    Optional<StoredManifest> there;
    try {
      there = request.store().manifest(tag);
    } catch (StoreException.Corrupt e) {
      return true;
    }
    if (there.isEmpty()) {
      return true;
    }
    if (there.get().digest().equals(image.digest())) {
      return false;
    }
    VerifiedReads reads = new VerifiedReads(request.store());
    if (!CacheTools.mayReplace(reads, there.get())) {
      events.accept(new CacheEvent.TagLeftAlone(tag, request.store().toString()));
      return false;
    }
    Optional<Platform> other = otherPlatform(reads, there.get());
    other.ifPresent(
        found -> events.accept(new CacheEvent.TagOfAnotherPlatform(tag, found, platform)));
    return other.isEmpty();
  }

  /** Two platforms that move one tag would take it from each other's readers on each run. */
  private Optional<Platform> otherPlatform(VerifiedReads reads, StoredManifest there) {
    if (request.anyPlatform()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageReader.image(reads, ImageReader.manifest(there)).platform())
          .filter(found -> found.isStated() && !found.equals(platform));
    } catch (IOException e) {
      // What cannot be read is no use to the other platform either.
      return Optional.empty();
    }
  }
}
