package dev.stepcache.cache;

import dev.stepcache.format.MemoryBudget;
import dev.stepcache.oci.Platform;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.plan.FileChangedException;
import dev.stepcache.plan.UnreadableFileException;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.scan.Watermark;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Preflight;
import dev.stepcache.store.Readiness;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.transfer.ResendingStore;
import dev.stepcache.usage.Usage;
import dev.stepcache.usage.UsesFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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
    Resources resources,
    Consumer<CacheEvent> events) {

  /** Saves; a failure is an outcome with its reason, and not thrown. */
  public UploadOutcome run(UploadRequest request) {
    UploadOutcome outcome = saved(request);
    outcome
        .saved()
        .ifPresent(saved -> new RollingTag(request, platform, events).follow(saved.digest()));
    return outcome;
  }

  private UploadOutcome saved(UploadRequest request) {
    try {
      refuseInterrupted();
      folders.tidyUp();
      Target target = Target.of(request, platform, folders.roots().names(), resources, events);
      Target.Existing found = target.look();
      if (found.stays().isPresent()) {
        return found.stays().get();
      }
      if (found.good().isEmpty()) {
        askFirst(request.store(), found.seen());
      }
      try (CacheFolders.Hold _ = folders.holdShared(lockWait)) {
        return saveOnceMore(target, found);
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
      Optional<UploadOutcome> stays =
          Target.of(request, platform, folders.roots().names(), resources, events).look().stays();
      if (stays.isPresent()) {
        return stays.get();
      }
      Selection selection =
          new Selection(folders.roots(), rules, Usage.unknown(rules.pruning()), events);
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
  private void askFirst(Store store, Lookup seen) throws IOException {
    Optional<Preflight> preflight = store.offers(Preflight.class);
    if (preflight.isPresent()
        && preflight.get().readiness(seen) instanceof Readiness.ToBeCreated(String grant)) {
      events.accept(new CacheEvent.Creating(store.toString(), grant));
    }
  }

  /** Sends what the store turned out to lack a second time, and no third. */
  private UploadOutcome saveOnceMore(Target target, Target.Existing found) throws IOException {
    try {
      return save(target, found);
    } catch (StoreException.BlobsUnknown e) {
      events.accept(new CacheEvent.Resent(Trouble.of(e)));
      return save(target.believing(new ResendingStore(target.request().store(), e.blobs())), found);
    }
  }

  private UploadOutcome save(Target target, Target.Existing found) throws IOException {
    Ctimes ctimes = Ctimes.of(folders.own());
    Optional<Long> watermark = Watermark.now(folders.own().values());
    Usage usage = usage(watermark);
    Selection selection = new Selection(folders.roots(), rules, usage, events);
    Optional<Trouble> trouble = selection.scan();
    while (trouble.isEmpty()) {
      try {
        return new Saving(
                folders.first(),
                platform,
                resources,
                events,
                target,
                found,
                selection,
                usage,
                selection.tree(),
                watermark,
                ctimes)
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

  private Usage usage(Optional<Long> watermark) {
    Usage usage =
        Usage.of(
            rules.pruning(),
            UsesFile.read(folders.first().ours(UsesFile.FILE), new MemoryBudget(resources)),
            folders.own().values(),
            watermark);
    if (usage.isBlind()) {
      events.accept(new CacheEvent.UsesUnknown());
    }
    return usage;
  }
}
