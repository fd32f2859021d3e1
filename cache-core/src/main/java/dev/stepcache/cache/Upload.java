package dev.stepcache.cache;

import dev.stepcache.cache.CacheEvent.Direction;
import dev.stepcache.image.CacheImage;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.pack.FileChangedException;
import dev.stepcache.pack.IndexLayer;
import dev.stepcache.pack.LayerPacker;
import dev.stepcache.pack.LayerPlan;
import dev.stepcache.pack.LocalIndex;
import dev.stepcache.pack.PackedLayer;
import dev.stepcache.pack.TreeIndexes;
import dev.stepcache.pack.UnreadableFileException;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.tree.CacheFolder;
import dev.stepcache.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Saves a cache path, all of it or nothing of it: the manifest comes last, and what cannot be read
 * whole is never published.
 *
 * @param folder the cache path
 * @param platform what the image will be for
 * @param rules what of the cache path is saved
 * @param lockWait how long another step may hold the cache path
 */
public record Upload(
    CacheFolder folder,
    Platform platform,
    SaveRules rules,
    Duration lockWait,
    Consumer<CacheEvent> events) {

  public UploadOutcome run(UploadRequest request) {
    try {
      folder.recover(lockWait);
      Optional<StoredManifest> there = lookUp(request);
      events.accept(new CacheEvent.LookedUp(request.target(), there.map(StoredManifest::digest)));
      if (there.isPresent()) {
        Optional<UploadOutcome> outcome = mayStay(request, there.get());
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      try (CacheFolder.Hold _ = folder.holdShared(lockWait)) {
        return saveOnceMore(request, there.map(StoredManifest::digest));
      }
    } catch (IOException e) {
      return UploadOutcome.notSaved(Trouble.of(e));
    }
  }

  /** What {@link #run} would do, as far as that shows without packing; changes nothing. */
  public UploadOutcome preview(UploadRequest request) {
    try {
      Optional<StoredManifest> there = lookUp(request);
      events.accept(new CacheEvent.LookedUp(request.target(), there.map(StoredManifest::digest)));
      if (there.isPresent()) {
        Optional<UploadOutcome> outcome = mayStay(request, there.get());
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      Selection selection = new Selection(folder.path(), rules, events);
      return UploadOutcome.notSaved(
          selection
              .scan()
              .orElseGet(() ->
                  new Trouble(
                      Reason.DRY_RUN,
                      "would save "
                          + selection.tree().entries().size()
                          + " files, "
                          + TreeIndexes.bytes(selection.tree())
                          + " bytes, to "
                          + request.target())));
    } catch (IOException e) {
      return UploadOutcome.notSaved(Trouble.of(e));
    }
  }

  /** A manifest that cannot be had is as good as none: the key is to heal. */
  private static Optional<StoredManifest> lookUp(UploadRequest request) throws IOException {
    try {
      return request.store().manifest(request.tag());
    } catch (StoreException.Corrupt e) {
      return Optional.empty();
    }
  }

  /** The outcome, if what is there under the tag is to stay. */
  private Optional<UploadOutcome> mayStay(UploadRequest request, StoredManifest there)
      throws IOException {
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
      if (request.overwrite() || request.broken().equals(Optional.of(there.digest()))) {
        return Optional.empty();
      }
      if (!isWhole(request.store(), manifest)) {
        return Optional.empty();
      }
      CacheImage image = Blobs.image(request.store(), manifest);
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

  private static boolean isWhole(Store store, Manifest manifest) throws IOException {
    if (!store.has(manifest.config())) {
      return false;
    }
    for (Descriptor layer : manifest.layers()) {
      if (!store.has(layer)) {
        return false;
      }
    }
    return true;
  }

  /** Sends what the store turned out to lack a second time, and no third. */
  private UploadOutcome saveOnceMore(UploadRequest request, Optional<Digest> there)
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

  private UploadOutcome save(UploadRequest request, Optional<Digest> there) throws IOException {
    Selection selection = new Selection(folder.path(), rules, events);
    Optional<Trouble> trouble = selection.scan();
    while (trouble.isEmpty()) {
      Tree tree = selection.tree();
      Optional<LocalIndex.Compared> compared =
          LocalIndex.compare(folder.ours(LocalIndex.FILE), tree);
      if (compared.isPresent()
          && compared.get().untouched()
          && there.equals(Optional.of(compared.get().base()))) {
        return unchanged(request, there.get(), tree);
      }
      Tree told = compared.map(LocalIndex.Compared::tree).orElse(tree);
      try (Spool spool = Spool.of(folder, request.spare())) {
        return save(request, there, told, spool);
      } catch (FileChangedException e) {
        trouble = selection.changed(e.name());
      } catch (UnreadableFileException e) {
        trouble =
            selection.unreadable(e.name(), (IOException) Objects.requireNonNull(e.getCause()));
      }
    }
    return UploadOutcome.notSaved(trouble.get());
  }

  private static UploadOutcome unchanged(UploadRequest request, Digest there, Tree tree) {
    return new UploadOutcome(
        Reason.UNCHANGED,
        "nothing in the cache path was touched since it was restored",
        Optional.of(
            new UploadOutcome.Saved(
                request.target(), there, tree.entries().size(), TreeIndexes.bytes(tree), 0, 0, 0)));
  }

  private UploadOutcome save(UploadRequest request, Optional<Digest> there, Tree tree, Spool spool)
      throws IOException {
    Store store = request.store();
    List<LayerPlan> plans = LayerPlan.cut(tree);
    AtomicLong bytes = new AtomicLong();
    LayerPacker packer =
        new LayerPacker(
            tree.root(), count -> events.accept(new CacheEvent.Progress(bytes.addAndGet(count))));
    PackedLayer[] packed = new PackedLayer[plans.size()];
    events.accept(
        new CacheEvent.TransferStarted(
            Direction.SAVE, plans.size(), tree.entries().size(), TreeIndexes.bytes(tree)));
    try {
      List<Workers.Task> tasks = new ArrayList<>();
      for (int at = 0; at < plans.size(); at++) {
        LayerPlan plan = plans.get(at);
        int number = at;
        tasks.add(() -> packed[number] = spool.store(store, out -> packer.pack(plan, out)));
      }
      Workers.run(tasks);
    } finally {
      events.accept(new CacheEvent.TransferEnded(Direction.SAVE));
    }
    List<PackedLayer> content = List.of(packed);
    IndexLayer indexLayer =
        new IndexLayer(
            TreeIndexes.fresh(tree, plans, content),
            request.recipe().map(KeyRecipe::toText),
            Set.of());
    Set<String> emptyFolders = TreeIndexes.emptyFolders(tree);
    PackedLayer index = spool.store(store, out -> indexLayer.pack(emptyFolders, out));
    CacheImage.Documents image =
        CacheImage.write(platform, newest(tree), content, index, request.key());
    if (!store.has(image.configDescriptor())) {
      store.upload(image.configDescriptor(), () -> new ByteArrayInputStream(image.config()));
      spool.sent().addAndGet(image.config().length);
    }
    Digest digest = Digest.of(image.manifest());
    UploadOutcome.Saved saved =
        new UploadOutcome.Saved(
            request.target(),
            digest,
            tree.entries().size(),
            TreeIndexes.bytes(tree),
            content.size(),
            spool.sent().get(),
            content.stream().mapToLong(layer -> layer.blob().size()).sum() + index.blob().size());
    if (there.equals(Optional.of(digest)) && saved.sent() == 0) {
      return new UploadOutcome(
          Reason.UNCHANGED,
          "the cache path is what is stored under this key already",
          Optional.of(saved));
    }
    store.put(request.tag(), MediaType.OCI_MANIFEST, image.manifest());
    request.latest().ifPresent(tag -> pointLatest(store, tag, image.manifest()));
    return new UploadOutcome(Reason.SAVED, "", Optional.of(saved));
  }

  /** Many writers meet on this tag, and nothing depends on it. */
  private void pointLatest(Store store, Tag latest, byte[] manifest) {
    try {
      store.put(latest, MediaType.OCI_MANIFEST, manifest);
    } catch (IOException e) {
      events.accept(
          new CacheEvent.Noticed(
              "the tag '" + latest + "' could not be moved: " + Trouble.of(e).message()));
    }
  }

  private static Instant newest(Tree tree) {
    long newest =
        Math.max(
            tree.entries().stream().mapToLong(entry -> entry.mtime()).max().orElse(0),
            tree.folders().stream().mapToLong(entry -> entry.mtime()).max().orElse(0));
    return Instant.ofEpochSecond(
        Math.floorDiv(newest, 1_000_000_000L), Math.floorMod(newest, 1_000_000_000L));
  }
}
