package dev.stepcache.cache;

import dev.stepcache.image.CacheImage;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.pack.FileChangedException;
import dev.stepcache.pack.HeldMemory;
import dev.stepcache.pack.UnreadableFileException;
import dev.stepcache.store.Readiness;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.tree.CacheFolders;
import dev.stepcache.tree.Ctimes;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.Watermark;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Saves a cache path, all of it or nothing of it: the manifest comes last, and what cannot be read
 * whole is never published.
 *
 * @param folders the cache paths
 * @param platform what the image will be for
 * @param rules what of the cache path is saved
 * @param lockWait how long another step may hold the cache path
 */
public record Upload(
    CacheFolders folders,
    Platform platform,
    SaveRules rules,
    Duration lockWait,
    Consumer<CacheEvent> events) {

  public UploadOutcome run(UploadRequest request) {
    try {
      refuseInterrupted();
      Optional<StoredManifest> there = lookUp(request);
      Optional<UploadOutcome> stays = stays(request, there);
      if (stays.isPresent()) {
        return stays.get();
      }
      there = there.filter(stored -> mayBeUnchanged(request, stored));
      if (there.isEmpty()) {
        askFirst(request.store());
      }
      try (CacheFolders.Hold _ = folders.holdShared(lockWait)) {
        return saveOnceMore(request, there);
      }
    } catch (IOException e) {
      return UploadOutcome.notSaved(Trouble.of(e));
    }
  }

  /**
   * Saves nothing of a tree that an interrupted restore may have left half, nor undoes it: the
   * build has been at work since. One that is at work is waited for.
   */
  private void refuseInterrupted() throws IOException {
    if (folders.isInterrupted()) {
      folders.holdShared(lockWait).close();
    }
  }

  /** What {@link #run} would do, as far as that shows without packing; changes nothing. */
  public UploadOutcome preview(UploadRequest request) {
    try {
      if (folders.isInterrupted()) {
        return UploadOutcome.notSaved(
            new Trouble(
                Reason.INTERRUPTED,
                "dry run: would save nothing, since a restore into the cache path was"
                    + " interrupted"));
      }
      Optional<StoredManifest> there = lookUp(request);
      Optional<UploadOutcome> stays = stays(request, there);
      if (stays.isPresent()) {
        return stays.get();
      }
      Selection selection = new Selection(folders.roots(), rules, events);
      return UploadOutcome.notSaved(
          selection
              .scan()
              .orElseGet(() ->
                  new Trouble(
                      Reason.READ_ONLY,
                      "dry run: would save "
                          + selection.tree().entries().size()
                          + " files, "
                          + selection.tree().bytes()
                          + " bytes, to "
                          + request.target())));
    } catch (IOException e) {
      return UploadOutcome.notSaved(Trouble.of(e));
    }
  }

  /** A right that is missing is told before anything is packed, where the store tells it. */
  private void askFirst(Store store) throws IOException {
    if (store.readiness() == Readiness.TO_BE_CREATED) {
      events.accept(new CacheEvent.Creating(store.toString()));
    }
  }

  /** A manifest that cannot be had is as good as none: the key is to heal. */
  private Optional<StoredManifest> lookUp(UploadRequest request) throws IOException {
    Optional<StoredManifest> there;
    try {
      there = request.store().manifest(request.tag());
    } catch (StoreException.Corrupt e) {
      there = Optional.empty();
    }
    events.accept(new CacheEvent.LookedUp(request.target(), there.map(StoredManifest::digest)));
    return there;
  }

  /** The outcome, if what is there under the tag is to stay. */
  private Optional<UploadOutcome> stays(UploadRequest request, Optional<StoredManifest> found)
      throws IOException {
    if (found.isEmpty()) {
      return Optional.empty();
    }
    StoredManifest there = found.get();
    try {
      Optional<Manifest> ours = Blobs.manifest(request.store(), there, platform);
      if (ours.isEmpty()) {
        return Optional.of(
            new UploadOutcome(
                Reason.EXISTS,
                "an image for other platforms is stored under this key; it is left alone",
                Optional.empty()));
      }
      Manifest manifest = ours.get();
      if (CacheImage.format(manifest) > CacheImage.FORMAT) {
        return Optional.of(
            UploadOutcome.notSaved(
                new Trouble(
                    Reason.NEWER_FORMAT, "a newer stepcache saved this key; it is left alone")));
      }
      if (mayBeUnchanged(request, there) || isBroken(request, there)) {
        return Optional.empty();
      }
      if (!isWhole(request.store(), manifest)) {
        return Optional.empty();
      }
      CacheImage image = Blobs.image(request.store(), manifest);
      if (!hasThesePaths(request.store(), image)) {
        return Optional.empty();
      }
      long stored = manifest.layers().stream().mapToLong(Descriptor::size).sum();
      return Optional.of(
          new UploadOutcome(
              Reason.EXISTS,
              "a cache that can be restored is stored under this key already",
              Optional.of(
                  new UploadOutcome.Saved(
                      request.target(), there.digest(), 0, 0, image.content().size(), 0, stored))));
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      // Whatever it is, it cannot be restored.
      return Optional.empty();
    }
  }

  /** Whether an upload may end with what is there; not if that is to heal. */
  private static boolean mayBeUnchanged(UploadRequest request, StoredManifest there) {
    return request.when() != UploadRequest.When.MISS && !isBroken(request, there);
  }

  private static boolean isBroken(UploadRequest request, StoredManifest there) {
    return request.broken().equals(Optional.of(there.digest()));
  }

  /**
   * Whether the image is of the cache paths that are saved. For one without a name its index is not
   * read: a fetch that could not restore it has said so, by the digest of what is broken.
   */
  private boolean hasThesePaths(Store store, CacheImage image) throws IOException {
    List<String> names = folders.roots().names();
    return names.isEmpty()
        || (image.index().isPresent()
            && Blobs.index(store, image.index().get(), HeldMemory.ofHeap())
                .index()
                .hasPaths(names));
  }

  private static boolean isWhole(Store store, Manifest manifest) throws IOException {
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    AtomicBoolean whole = new AtomicBoolean(true);
    Workers.askEach(
        blobs.size(),
        number -> {
          if (whole.get() && !store.has(blobs.get(number))) {
            whole.set(false);
          }
        });
    return whole.get();
  }

  /** Sends what the store turned out to lack a second time, and no third. */
  private UploadOutcome saveOnceMore(UploadRequest request, Optional<StoredManifest> there)
      throws IOException {
    try {
      return save(request, there);
    } catch (StoreException.BlobsUnknown e) {
      events.accept(
          new CacheEvent.Noticed(
              Trouble.of(e).message() + "; the store had said to have them, so they are sent"));
      return save(request.on(new Unbelieved(request.store(), e.blobs())), there);
    }
  }

  private UploadOutcome save(UploadRequest request, Optional<StoredManifest> there)
      throws IOException {
    Ctimes ctimes = Ctimes.of(folders);
    Optional<Long> watermark = Watermark.now(folders);
    Selection selection = new Selection(folders.roots(), rules, events);
    Optional<Trouble> trouble = selection.scan();
    while (trouble.isEmpty()) {
      Tree tree = selection.tree();
      try {
        return new Saving(
                folders.first(), platform, events, request, there, tree, watermark, ctimes)
            .run();
      } catch (FileChangedException e) {
        trouble = selection.changed(e.name());
      } catch (UnreadableFileException e) {
        trouble =
            selection.unreadable(e.name(), (IOException) Objects.requireNonNull(e.getCause()));
      }
    }
    return UploadOutcome.notSaved(trouble.get());
  }
}
