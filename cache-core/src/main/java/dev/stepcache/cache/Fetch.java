package dev.stepcache.cache;

import dev.stepcache.archive.LimitException;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.CacheEvent.Direction;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Stage;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.CacheTools;
import dev.stepcache.transfer.ImagePrefetch;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.transfer.WritebackPacer;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.unpack.LayerUnpacker;
import dev.stepcache.unpack.RestoredNames;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Restores the first cache that is there, all of it or nothing of it.
 *
 * @param folders the cache paths
 * @param platform what an image must be for
 * @param largest the most bytes of files that one image may unpack to
 * @param lockWait how long another step may hold the cache path
 */
public record Fetch(
    CacheFolders folders,
    RestoreMode mode,
    Platform platform,
    long largest,
    Duration lockWait,
    Resources resources,
    Consumer<CacheEvent> events) {

  /** After these no other candidate is tried: it would fare no better, or must not be asked. */
  private static final Set<Reason> FINAL =
      Collections.unmodifiableSet(
          EnumSet.of(Reason.DIGEST, Reason.BUSY, Reason.INTERRUPTED, Reason.TIMEOUT, Reason.DISK));

  /** After these the store is not asked again. */
  private static final Set<Reason> STORE_IS_LOST =
      Collections.unmodifiableSet(
          EnumSet.of(
              Reason.UNAUTHORIZED,
              Reason.CREDENTIALS,
              Reason.TLS,
              Reason.UNREACHABLE,
              Reason.THROTTLED));

  /** After these nobody could restore the image, of those who ask as this step does. */
  private static final Set<Reason> HEALING =
      Collections.unmodifiableSet(EnumSet.of(Reason.CORRUPT, Reason.MOUNT));

  /** Restores whatever is found first. */
  public FetchOutcome run(List<Candidate> candidates) {
    return run(new FetchRequest(candidates, Optional.empty(), false, false));
  }

  /**
   * Looks under each candidate in order, and restores what it finds first. A candidate that has
   * nothing for this run is passed over; where nothing at all is restored, the first trouble is the
   * outcome.
   */
  public FetchOutcome run(FetchRequest request) {
    try {
      // First, since a miss never takes the lock.
      recover(request);
    } catch (IOException e) {
      return FetchOutcome.notRestored(Trouble.of(e), List.of());
    }
    List<StoreFindings> found = new ArrayList<>();
    Optional<Trouble> first = Optional.empty();
    Set<Fetcher> lost = new HashSet<>();
    for (Candidate candidate : request.candidates()) {
      if (lost.contains(candidate.store())) {
        continue;
      }
      Optional<StoredManifest> stored = Optional.empty();
      VerifiedReads reads = new VerifiedReads(candidate.store());
      Trouble trouble;
      boolean heals;
      try {
        stored = candidate.store().manifest(candidate.reference().selector());
        events.accept(
            new CacheEvent.LookedUp(candidate.reference(), stored.map(StoredManifest::digest)));
        if (stored.isEmpty()) {
          Optional<FetchOutcome.Restored> archive = archive(request, candidate);
          if (archive.isPresent()) {
            String message = first.map(Trouble::toString).orElse("");
            return new FetchOutcome(Reason.FALLBACK, message, archive, found);
          }
          continue;
        }
        FetchOutcome outcome = restoreFound(request, candidate, reads, stored.get());
        return new FetchOutcome(
            outcome.reason(), first.map(Trouble::toString).orElse(""), outcome.restored(), found);
      } catch (NotForUs e) {
        trouble = e.trouble();
        heals = trouble.reason() == Reason.PATHS;
      } catch (IOException e) {
        trouble = Trouble.of(e);
        heals = heals(e);
        if (e instanceof StoreException.Corrupt corrupt) {
          corrupt.content().ifPresent(content -> reads.note(content, corrupt));
        }
      } catch (IllegalNameException e) {
        trouble = Trouble.of(e);
        heals = true;
      }
      if (heals && stored.isPresent() && !mayReplace(reads, stored.get())) {
        heals = false;
        trouble =
            new Trouble(
                CacheTools.isNoImage(stored.get()) ? Reason.NOT_A_CACHE : trouble.reason(),
                candidate.reference() + " holds what no cache tool made: " + trouble.message());
      }
      boolean passesOver =
          candidate.nearer()
              // A near copy may be of another save than the cache behind it.
              && (trouble.reason() == Reason.DIGEST || !FINAL.contains(trouble.reason()));
      if (passesOver) {
        events.accept(new CacheEvent.PassedOver(candidate.reference(), trouble));
      } else {
        Trouble met = trouble;
        first = first.or(() -> Optional.of(met));
      }
      found.add(
          new StoreFindings(
              candidate.reference(),
              candidate.exact() && heals
                  ? stored.map(StoredManifest::digest)
                  : Optional.<Digest>empty(),
              reads.findings()));
      if (!passesOver && FINAL.contains(trouble.reason())) {
        break;
      }
      if (STORE_IS_LOST.contains(trouble.reason())) {
        lost.add(candidate.store());
      }
    }
    return FetchOutcome.notRestored(
        first.orElseGet(() -> new Trouble(Reason.MISS, "nothing is stored under this key yet")),
        found);
  }

  private Optional<FetchOutcome.Restored> archive(FetchRequest request, Candidate candidate)
      throws IOException {
    // Nobody else's miss is to load what this needs.
    return candidate.reference() instanceof StoreReference.InBucket
        ? new ForeignArchive(folders, mode, largest, lockWait, resources, events)
            .restore(request, candidate)
        : Optional.empty();
  }

  /** Whether nobody could restore the image, so that an upload may replace it. */
  private static boolean heals(IOException failure) {
    return failure instanceof LimitException limit
        ? limit.isEverywhere()
        : HEALING.contains(Trouble.of(failure).reason());
  }

  private void recover(FetchRequest request) throws IOException {
    if (request.lookupOnly()) {
      if (folders.isInterrupted()) {
        events.accept(new CacheEvent.InterruptedBefore());
      }
    } else if (folders.isUnfinished()) {
      new Change(folders, events)
          .run(
              () -> {
                folders.recover(lockWait);
                return false;
              },
              false);
    } else {
      folders.recover(lockWait);
    }
  }

  private static boolean mayReplace(VerifiedReads reads, StoredManifest stored) {
    try {
      return CacheTools.mayReplace(reads, stored);
    } catch (IOException e) {
      // It may be a cache, and the upload asks again.
      return true;
    }
  }

  private FetchOutcome restoreFound(
      FetchRequest request, Candidate candidate, VerifiedReads reads, StoredManifest stored)
      throws IOException {
    Fetcher store = candidate.store();
    if (request.expected().isPresent() && !request.expected().get().equals(stored.digest())) {
      throw new NotForUs(
          Reason.DIGEST,
          candidate.reference()
              + " is "
              + stored.digest()
              + ", and "
              + request.expected().get()
              + " was expected");
    }
    Manifest manifest =
        ImageReader.manifest(store, stored, platform)
            .orElseThrow(
                () -> new NotForUs(Reason.PLATFORM, "the index has no image for " + platform));
    int format = CacheImage.format(manifest);
    if (format > CacheImage.FORMAT) {
      throw new NotForUs(
          Reason.NEWER_FORMAT,
          "the image has format " + format + ", this version reads up to " + CacheImage.FORMAT);
    }
    try (ImagePrefetch ahead =
        ImagePrefetch.of(reads, manifest, resources, !request.lookupOnly())) {
      return restoreImage(request, candidate, reads, stored, manifest, ahead);
    } catch (IOException | IllegalNameException e) {
      readRest(reads, manifest);
      throw e;
    }
  }

  /** One broken blob seldom comes alone, and the next upload is to heal all of them. */
  private static void readRest(VerifiedReads reads, Manifest manifest) {
    try {
      if (!reads.findings().broken().isEmpty() && !CacheImage.promised(manifest).isEmpty()) {
        List<Descriptor> blobs = new ArrayList<>(manifest.layers());
        blobs.add(manifest.config());
        reads.readRest(blobs);
      }
    } catch (IOException e) {
      // The first trouble is the one to tell.
    }
  }

  private FetchOutcome restoreImage(
      FetchRequest request,
      Candidate candidate,
      VerifiedReads reads,
      StoredManifest stored,
      Manifest manifest,
      ImagePrefetch ahead)
      throws IOException {
    CacheImage image = ahead.image();
    boolean anothers =
        !image.platform().isStated()
            && image.index().isEmpty()
            && candidate.mayBeAnothers()
            && CacheTools.isAnothersCache(reads, stored);
    if (!request.anyPlatform() && !anothers && !image.platform().equals(platform)) {
      throw new NotForUs(Reason.PLATFORM, image.platform().against(platform));
    }
    Optional<IndexLayer> index = Optional.empty();
    List<String> names = folders.roots().names();
    if (image.index().isEmpty() && !names.isEmpty()) {
      throw NotForUs.otherPaths(List.of(), names);
    }
    if (image.index().isPresent()) {
      index = Optional.of(ahead.index(image));
      if (!index.get().index().hasPaths(names)) {
        throw NotForUs.otherPaths(index.get().index().paths(), names);
      }
      if (index.get().index().bytes() > largest) {
        throw new LimitException("the image unpacks to more than " + largest + " bytes");
      }
    }
    AtomicLong bytes = new AtomicLong();
    if (!request.lookupOnly()) {
      stageAndCommit(
          reads,
          image,
          index,
          ahead,
          bytes,
          candidate.reference().with(stored.digest()),
          stored.digest());
    }
    if (anothers) {
      events.accept(new CacheEvent.AnothersArchive(candidate.reference().toString()));
    }
    FetchOutcome.Restored restored =
        new FetchOutcome.Restored(
            candidate.reference(),
            stored.digest(),
            index.map(layer -> layer.index().files()).orElse(0L),
            request.lookupOnly()
                ? index.map(layer -> layer.index().bytes()).orElse(0L)
                : bytes.get(),
            manifest.layers().stream().mapToLong(layer -> layer.size()).sum(),
            index.flatMap(Explanation::recipe),
            CacheImage.buildTime(manifest));
    return new FetchOutcome(
        candidate.hits() && !anothers ? Reason.HIT : Reason.FALLBACK,
        "",
        Optional.of(restored),
        List.of());
  }

  private void stageAndCommit(
      VerifiedReads reads,
      CacheImage image,
      Optional<IndexLayer> index,
      ImagePrefetch ahead,
      AtomicLong bytes,
      StoreReference reference,
      Digest digest)
      throws IOException {
    MemoryBudget memory = ahead.memory();
    try (CacheFolders.Hold hold = folders.holdAlone(lockWait)) {
      boolean committed = false;
      events.accept(
          new CacheEvent.TransferStarted(
              Direction.RESTORE,
              image.content().size(),
              index.map(layer -> layer.index().files()).orElse(0L),
              index.map(layer -> layer.index().bytes()).orElse(0L)));
      try (Stage staging = hold.stage(mode);
          WritebackPacer flushing =
              WritebackPacer.of(
                  staging::flush,
                  index.map(layer -> layer.index().bytes()).orElse(Long.MAX_VALUE),
                  resources)) {
        LayerUnpacker unpacker =
            new LayerUnpacker(
                staging,
                new UnpackLimits(largest, memory),
                count -> {
                  flushing.unpacked(count);
                  events.accept(new CacheEvent.Progress(bytes.addAndGet(count)));
                });
        Change change = new Change(folders, events);
        if (index.isPresent()) {
          try (RestoreEnd end = new RestoreEnd(folders, index.get().index(), resources, events)) {
            end.prepare(staging, ours(ahead, image, index.get(), unpacker));
            Committed done = change.run(staging::commit, true);
            committed = true;
            end.finish(done, reference, digest);
          }
        } else {
          ForeignImage foreign = new ForeignImage(image, reads);
          foreign.refuseBomb(largest, memory);
          foreign.unpack(unpacker);
          Committed _ = change.run(staging::commit, true);
          committed = true;
          RestoreEnd.leaveNone(folders, events);
        }
      } finally {
        events.accept(new CacheEvent.TransferEnded(Direction.RESTORE));
        if (!committed) {
          hold.leaveNoTrace();
        }
      }
    }
  }

  private static List<RestoredNames> ours(
      ImagePrefetch ahead, CacheImage image, IndexLayer index, LayerUnpacker unpacker)
      throws IOException {
    VisibilityCheck check = new VisibilityCheck(index, ahead.memory());
    RestoredNames[] names = new RestoredNames[image.content().size()];
    ahead.unpack((number, blob) ->
        names[number] =
            unpacker.content(
                blob, image.content().get(number).compression(), index.index(), number, check));
    check.verify();
    return List.of(names);
  }
}
