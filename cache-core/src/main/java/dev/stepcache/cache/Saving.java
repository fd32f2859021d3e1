package dev.stepcache.cache;

import dev.stepcache.archive.IdleCores;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.LocalIndexReader;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.Uses;
import dev.stepcache.key.RecipeText;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
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
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.Spool;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.Tree;
import dev.stepcache.usage.Usage;
import dev.stepcache.usage.UsesFile;
import java.io.IOException;
import java.time.Duration;
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
 * @param selection of what is to be saved, which was scanned
 * @param usage of that by the build
 * @param scanned what of the selection is saved
 * @param watermark taken before the scan; empty where no local index can be left
 * @param ctimes what those of the tree tell
 */
record Saving(
    CacheFolder folder,
    Platform platform,
    Resources resources,
    Consumer<CacheEvent> events,
    Target target,
    Target.Existing found,
    Selection selection,
    Usage usage,
    Tree scanned,
    Optional<Long> watermark,
    Ctimes ctimes) {
  private static final long DAY = Duration.ofDays(1).toNanos();

  UploadOutcome run() throws IOException {
    Optional<LocalIndexReader> local =
        LocalIndexReader.open(folder.ours(LocalIndexReader.FILE), new MemoryBudget(resources));
    try {
      return compare(local);
    } finally {
      if (local.isPresent()) {
        local.get().close();
      }
    }
  }

  private UploadRequest request() {
    return target.request();
  }

  private UploadOutcome compare(Optional<LocalIndexReader> local) throws IOException {
    Optional<UploadOutcome> other = ofAnotherPlatform(local);
    if (other.isPresent()) {
      return other.get();
    }
    Optional<Comparison> known = local.flatMap(index -> Comparison.of(index, scanned, ctimes));
    if (known.isEmpty()) {
      return saveUsed(known, Optional.empty(), local);
    }
    Comparison comparison = known.get();
    Digest image = local.get().image();
    boolean isThere = isThere(image);
    if (comparison.untouched() && isThere) {
      return unchanged(image, "nothing in the cache path was touched since it was restored");
    }
    Optional<BaseImage> base = base(image, comparison);
    if (base.isEmpty() || !isThere || request().when() != UploadRequest.When.CHANGED) {
      return saveUsed(known, base, local);
    }
    Placement placement = comparison.placement(sums(comparison));
    if (placement.hasSameContent() && placement.tree().newest() - base.get().newest() < DAY) {
      return unchanged(image, "the cache path has the content that it was restored with");
    }
    Optional<Saving> smaller = withoutUnused();
    return smaller.isPresent()
        ? smaller.get().compareAgain(base, local)
        : saveOnBase(base.get(), placement, local);
  }

  /**
   * How the save ends where what is stored is for another platform, and is to be replaced only by
   * what changed: nobody restored it here, so nobody knows yet what it is for.
   */
  private Optional<UploadOutcome> ofAnotherPlatform(Optional<LocalIndexReader> local)
      throws IOException {
    Optional<StoredManifest> there = found.good();
    return request().when() == UploadRequest.When.CHANGED
            && there.isPresent()
            && local.filter(index -> index.image().equals(there.get().digest())).isEmpty()
        ? target.ofAnotherPlatform(there.get())
        : Optional.empty();
  }

  /** The image that the tree was restored from, if more can be saved on top of it. */
  private Optional<BaseImage> base(Digest image, Comparison comparison) {
    return request().broken().equals(Optional.of(image))
        ? Optional.empty()
        : BaseImage.of(
                request(),
                target.reads(),
                image,
                BaseReference.read(folder, image),
                found.good(),
                platform,
                scanned.roots().names(),
                resources)
            .filter(lies -> comparison.agreesWith(lies.index()));
  }

  /**
   * Saves what is not what is stored, without what was unused for long: nothing is saved for that
   * alone.
   *
   * @param whole the comparison of the whole tree; empty where the local index is of no use
   */
  private UploadOutcome saveUsed(
      Optional<Comparison> whole, Optional<BaseImage> base, Optional<LocalIndexReader> local)
      throws IOException {
    Optional<Saving> smaller = withoutUnused();
    return smaller.isPresent() ? smaller.get().compareAgain(base, local) : save(whole, base, local);
  }

  private UploadOutcome compareAgain(Optional<BaseImage> base, Optional<LocalIndexReader> local)
      throws IOException {
    return save(local.flatMap(index -> Comparison.of(index, scanned, ctimes)), base, local);
  }

  private UploadOutcome save(
      Optional<Comparison> known, Optional<BaseImage> base, Optional<LocalIndexReader> local)
      throws IOException {
    if (known.isEmpty()) {
      return spool(Placement.nowhere(scanned), Optional.empty(), Optional.empty());
    }
    return base.isEmpty()
        ? spool(known.get().withoutBase(), Optional.empty(), Optional.empty())
        : saveOnBase(base.get(), known.get().placement(sums(known.get())), local);
  }

  private Optional<Saving> withoutUnused() {
    return selection
        .withoutUnused()
        .map(smaller ->
            new Saving(
                folder, platform, resources, events, target, found, selection, usage, smaller,
                watermark, ctimes));
  }

  private UploadOutcome saveOnBase(
      BaseImage base, Placement placement, Optional<LocalIndexReader> local) throws IOException {
    BitSet lost = base.lost(request().store(), placement);
    lost.or(base.unreadable(request().compression()));
    lost.or(placement.cannotWhiteOut());
    BitSet repacked =
        new Repacking(placement.candidates(base.blobs()), LayerPlan.target(scanned))
            .choose(lost, placement.fresh());
    return spool(placement.repacking(repacked), Optional.of(base), local);
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

  private UploadOutcome spool(
      Placement placement, Optional<BaseImage> base, Optional<LocalIndexReader> local)
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
      return packAndPublish(placement, base, local, spool);
    }
  }

  private UploadOutcome packAndPublish(
      Placement placement, Optional<BaseImage> base, Optional<LocalIndexReader> local, Spool spool)
      throws IOException {
    BitSet live = placement.live();
    List<LayerPlan> plans = placement.plans();
    List<PackedLayer> packed = pack(plans, spool);
    readAgain(plans, packed);
    List<TreeIndex.Layer> old = base.map(image -> image.index().layers()).orElse(List.of());
    List<PackedLayer> content = new ArrayList<>();
    base.ifPresent(image -> content.addAll(image.layers(live)));
    content.addAll(packed);
    IndexLayer index =
        new IndexLayer(
            TreeIndexer.of(placement, old, live, plans, packed),
            request().recipe().map(RecipeText::write),
            placement.whiteouts());
    SavedIndex left = new SavedIndex(placement, local, live, plans, packed);
    Tree tree = placement.tree();
    Set<String> emptyFolders = tree.emptyFolders();
    Publication publication = new Publication(target, found, platform, resources, events);
    CacheImage.Description description = publication.description(tree);
    Optional<Digest> same =
        spool.sent().get() == 0
            ? publication.stored(description, content, index, emptyFolders)
            : Optional.empty();
    if (same.isPresent()) {
      leaveIndex(left, same.get(), Optional.empty());
      return unchanged(same.get(), "the cache path is what is stored under this key already");
    }
    Uses uses = usage.uses(scanned);
    IndexLayer told = index.with(Optional.of(uses));
    PackedLayer packedIndex =
        spool.store(
            request().store(),
            out -> told.pack(emptyFolders, request().compression().ofIndex(), out));
    Digest digest = publication.put(description, content, packedIndex, spool);
    leaveIndex(left, digest, Optional.of(usage.after(uses)));
    return saved(digest, tree, content, packedIndex, spool.sent().get());
  }

  private UploadOutcome saved(
      Digest image, Tree tree, List<PackedLayer> content, PackedLayer index, long sent) {
    long stored = content.stream().mapToLong(layer -> layer.blob().size()).sum();
    return new UploadOutcome(
        Reason.SAVED,
        "",
        Optional.of(
            new UploadOutcome.Saved(
                request().target(),
                image,
                tree.entries().size(),
                tree.bytes(),
                content.size(),
                sent,
                stored + index.blob().size())));
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

  /**
   * For a later upload; a save without is as good.
   *
   * @param uses empty where those that were left before still hold
   */
  private void leaveIndex(SavedIndex index, Digest image, Optional<UsesFile> uses) {
    if (watermark.isEmpty()) {
      return;
    }
    try {
      index.write(folder.ours(LocalIndexReader.FILE), image, watermark.get(), ctimes);
      BaseReference.write(folder, request().target().with(image));
      if (uses.isPresent()) {
        uses.get().write(folder.ours(UsesFile.FILE));
      }
    } catch (IOException e) {
      events.accept(new CacheEvent.NoLocalIndex(Trouble.of(e)));
    }
  }
}
