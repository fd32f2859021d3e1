package dev.stepcache.cache;

import dev.stepcache.archive.IdleCores;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.LocalIndex;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.key.RecipeText;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.CacheEvent.Direction;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.plan.Comparison;
import dev.stepcache.plan.LayerPacker;
import dev.stepcache.plan.LayerPlan;
import dev.stepcache.plan.Placement;
import dev.stepcache.plan.Repacking;
import dev.stepcache.plan.SavedIndex;
import dev.stepcache.plan.TreeIndexer;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolder;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.store.Preflight;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.Spool;
import dev.stepcache.transfer.StillWrongException;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One try to save a tree that was scanned.
 *
 * @param found what is stored under the tag
 * @param watermark taken before the scan; empty where no local index can be left
 * @param ctimes what those of the tree tell
 */
record Saving(
    CacheFolder folder,
    Platform platform,
    Resources resources,
    Consumer<CacheEvent> events,
    Target target,
    Target.Found found,
    Tree scanned,
    Optional<Long> watermark,
    Ctimes ctimes) {
  private static final long DAY = Duration.ofDays(1).toNanos();

  UploadOutcome run() throws IOException {
    Optional<LocalIndex> local =
        LocalIndex.open(folder.ours(LocalIndex.FILE), new MemoryBudget(resources));
    try {
      return run(local);
    } finally {
      if (local.isPresent()) {
        local.get().close();
      }
    }
  }

  private UploadRequest request() {
    return target.request();
  }

  private UploadOutcome run(Optional<LocalIndex> local) throws IOException {
    Optional<StoredManifest> there = found.good();
    if (request().when() == UploadRequest.When.CHANGED
        && there.isPresent()
        && local.filter(index -> index.image().equals(there.get().digest())).isEmpty()) {
      // Nobody restored it here, so nobody knows yet what it is for.
      Optional<UploadOutcome> other = target.ofAnotherPlatform(there.get());
      if (other.isPresent()) {
        return other.get();
      }
    }
    Optional<Comparison> known = local.flatMap(index -> Comparison.of(index, scanned, ctimes));
    if (known.isEmpty()) {
      return save(Placement.nowhere(scanned), Optional.empty(), Optional.empty());
    }
    Comparison comparison = known.get();
    Digest image = local.get().image();
    boolean isThere = isThere(image);
    if (comparison.untouched() && isThere) {
      return unchanged(image, "nothing in the cache path was touched since it was restored");
    }
    Optional<BaseImage> base =
        request().broken().equals(Optional.of(image))
            ? Optional.empty()
            : BaseImage.of(
                    request(),
                    target.reads(),
                    image,
                    BaseReference.read(folder, image),
                    there,
                    platform,
                    scanned.roots().names(),
                    resources)
                .filter(found -> comparison.agreesWith(found.index()));
    if (base.isEmpty()) {
      return save(comparison.withoutBase(), Optional.empty(), Optional.empty());
    }
    Placement placement = comparison.placement(sums(comparison));
    if (isThere
        && request().when() == UploadRequest.When.CHANGED
        && placement.hasSameContent()
        && placement.tree().newest() - base.get().newest() < DAY) {
      return unchanged(image, "the cache path has the content that it was restored with");
    }
    BitSet lost = base.get().lost(request().store(), placement);
    lost.or(base.get().unreadable(request().compression()));
    lost.or(placement.cannotWhiteOut());
    BitSet repacked =
        new Repacking(placement.candidates(base.get().blobs()), LayerPlan.target(scanned))
            .choose(lost, placement.fresh());
    return save(placement.repacking(repacked), base, local);
  }

  private boolean isThere(Digest image) {
    return found.good().filter(stored -> stored.digest().equals(image)).isPresent();
  }

  private UploadOutcome unchanged(Digest image, String why) {
    return new UploadOutcome(
        Reason.UNCHANGED,
        why,
        Optional.of(
            new UploadOutcome.Saved(
                request().target(), image, scanned.entries().size(), scanned.bytes(), 0, 0, 0)));
  }

  /** Reads what may have been touched. */
  private List<byte[]> sums(Comparison comparison) throws IOException {
    byte[][] sums = new byte[comparison.unverified()][];
    try (LayerPacker reader =
        new LayerPacker(scanned.roots(), request().compression(), IdleCores.NONE, count -> {})) {
      Workers.runEach(
          sums.length,
          resources.workers(),
          number -> sums[number] = reader.sum(comparison.unverified(number)));
    }
    return List.of(sums);
  }

  private UploadOutcome save(
      Placement placement, Optional<BaseImage> base, Optional<LocalIndex> local)
      throws IOException {
    if (found.good().isPresent()) {
      // Where nothing is there, this was asked before the scan. Here there may have been nothing to
      // save; a right that is missing ends it before anything is packed.
      Optional<Preflight> preflight = request().store().offers(Preflight.class);
      if (preflight.isPresent()) {
        preflight.get().readiness(found.seen());
      }
    }
    try (Spool spool = Spool.of(folder.ours(""), request().spare(), resources, packers())) {
      return save(placement, base, local, spool);
    }
  }

  private UploadOutcome save(
      Placement placement, Optional<BaseImage> base, Optional<LocalIndex> local, Spool spool)
      throws IOException {
    Store store = request().store();
    BitSet live = placement.live();
    List<LayerPlan> plans = placement.plans();
    List<PackedLayer> packed = pack(plans, spool);
    readAgain(plans, packed);
    Tree tree = placement.tree();
    List<TreeIndex.Layer> old = base.map(image -> image.index().layers()).orElse(List.of());
    IndexLayer indexLayer =
        new IndexLayer(
            TreeIndexer.of(placement, old, live, plans, packed),
            request().recipe().map(RecipeText::write),
            placement.whiteouts());
    Set<String> emptyFolders = tree.emptyFolders();
    PackedLayer index =
        spool.store(
            store, out -> indexLayer.pack(emptyFolders, request().compression().ofIndex(), out));
    List<PackedLayer> content = new ArrayList<>();
    base.ifPresent(image -> content.addAll(image.layers(live)));
    content.addAll(packed);
    byte[] manifest = manifest(content, index, created(tree), spool);
    boolean unchanged = isThere(Digest.of(manifest)) && spool.sent().get() == 0;
    if (!unchanged) {
      manifest = put(store, manifest);
    }
    Digest digest = Digest.of(manifest);
    UploadOutcome.Saved saved =
        new UploadOutcome.Saved(
            request().target(),
            digest,
            tree.entries().size(),
            tree.bytes(),
            content.size(),
            spool.sent().get(),
            content.stream().mapToLong(layer -> layer.blob().size()).sum() + index.blob().size());
    leaveIndex(new SavedIndex(placement, local, live, plans, packed), digest);
    return unchanged
        ? new UploadOutcome(
            Reason.UNCHANGED,
            "the cache path is what is stored under this key already",
            Optional.of(saved))
        : new UploadOutcome(Reason.SAVED, "", Optional.of(saved));
  }

  /** Writes the image's documents, and sees to it that the store has the config. */
  private byte[] manifest(
      List<PackedLayer> content, PackedLayer index, Instant created, Spool spool)
      throws IOException {
    CacheImage.Description description =
        new CacheImage.Description(
            platform,
            created,
            request().key(),
            request().expiry(),
            request().origin().scope(),
            request().origin().buildTime());
    for (int blanks = 0; ; blanks++) {
      CacheImage.Documents image = CacheImage.write(description, content, index, blanks);
      try {
        spool.send(
            request().store(),
            image.configDescriptor(),
            () -> new ByteArrayInputStream(image.config()));
        return asItIsThere(description, content, index, blanks).orElse(image.manifest());
      } catch (StillWrongException e) {
        if (blanks >= StillWrongException.MOST) {
          throw e;
        }
        e.replacedBy(CacheImage.write(description, content, index, blanks + 1).configDescriptor());
      }
    }
  }

  /**
   * The manifest that is there, if it differs by no more than how long its build took: that alone
   * saves nothing.
   */
  private Optional<byte[]> asItIsThere(
      CacheImage.Description description,
      List<PackedLayer> content,
      PackedLayer index,
      int blanks) {
    try {
      if (description.buildTime().isEmpty() || found.good().isEmpty()) {
        return Optional.empty();
      }
      byte[] manifest =
          CacheImage.write(
                  description.with(CacheImage.buildTime(ImageReader.manifest(found.good().get()))),
                  content,
                  index,
                  blanks)
              .manifest();
      return isThere(Digest.of(manifest)) ? Optional.of(manifest) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Puts the manifest under the tag, and then under {@code latest}. Where something was found
   * broken it is read back: a store may keep a manifest that it has, wrong as it is.
   *
   * @return what was put
   */
  private byte[] put(Store store, byte[] manifest) throws IOException {
    byte[] put = manifest;
    for (int blanks = 1; ; blanks++) {
      store.put(request().tag(), MediaType.OCI_MANIFEST, put);
      if (!found.doubtful() || isStored(store, Digest.of(put))) {
        break;
      }
      if (blanks > StillWrongException.MOST) {
        throw new StillWrongException(Digest.of(put), other -> {});
      }
      put = CacheImage.withBlanks(manifest, blanks);
    }
    byte[] last = put;
    request().latest().ifPresent(tag -> pointLatest(store, tag, last));
    return put;
  }

  private static boolean isStored(Store store, Digest manifest) throws IOException {
    try {
      return store.manifest(manifest).isPresent();
    } catch (StoreException.Unauthorized e) {
      // An account that may only send.
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  private List<PackedLayer> pack(List<LayerPlan> plans, Spool spool) throws IOException {
    AtomicLong bytes = new AtomicLong();
    PackedLayer[] packed = new PackedLayer[plans.size()];
    events.accept(
        new CacheEvent.TransferStarted(
            Direction.SAVE,
            plans.size(),
            plans.stream().mapToLong(plan -> plan.entries().size()).sum(),
            plans.stream().mapToLong(LayerPlan::bytes).sum()));
    try (LayerPacker packer =
        new LayerPacker(
            scanned.roots(),
            request().compression(),
            spool.idleCores(),
            count -> events.accept(new CacheEvent.Progress(bytes.addAndGet(count))))) {
      Workers.runEach(
          plans.size(),
          spool.threads(),
          number ->
              packed[number] =
                  spool.store(request().store(), out -> packer.pack(plans.get(number), out)));
    } finally {
      events.accept(new CacheEvent.TransferEnded(Direction.SAVE));
    }
    return List.of(packed);
  }

  /**
   * Of a file that somebody may write to through a mapping no time tells that it changed while it
   * was packed. If it is the same when it is read once more, it was so in between.
   */
  private void readAgain(List<LayerPlan> plans, List<PackedLayer> packed) throws IOException {
    long settled = watermark.map(ctimes::settledBefore).orElse(Long.MIN_VALUE);
    try (LayerPacker reader =
        new LayerPacker(scanned.roots(), request().compression(), IdleCores.NONE, count -> {})) {
      Workers.runEach(
          plans.size(),
          resources.workers(),
          number -> reader.check(plans.get(number), packed.get(number), ctimes, settled));
    }
  }

  /** How many pack at a time. */
  private int packers() {
    return resources.workers(request().compression().memory());
  }

  /** Many writers meet on this tag, and nothing depends on it. */
  private void pointLatest(Store store, Tag latest, byte[] manifest) {
    if (!target.mayMove(latest)) {
      events.accept(new CacheEvent.LatestLeftAlone(latest, store.toString()));
      return;
    }
    try {
      store.put(latest, MediaType.OCI_MANIFEST, manifest);
    } catch (IOException e) {
      events.accept(new CacheEvent.LatestNotMoved(latest, Trouble.of(e)));
    }
  }

  /** For a later upload; a save without is as good. */
  private void leaveIndex(SavedIndex index, Digest image) {
    if (watermark.isEmpty()) {
      return;
    }
    try {
      index.write(folder.ours(LocalIndex.FILE), image, watermark.get(), ctimes);
      BaseReference.write(folder, request().target().with(image));
    } catch (IOException e) {
      events.accept(new CacheEvent.NoLocalIndex(Trouble.of(e)));
    }
  }

  private static Instant created(Tree tree) {
    long newest = tree.newest();
    return Instant.ofEpochSecond(
        Math.floorDiv(newest, 1_000_000_000L), Math.floorMod(newest, 1_000_000_000L));
  }
}
