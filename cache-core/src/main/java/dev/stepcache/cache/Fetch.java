package dev.stepcache.cache;

import dev.stepcache.oci.Platform;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.IllegalNameException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** Restores whatever is found first. */
  public FetchOutcome run(List<Candidate> candidates) {
    return run(FetchRequest.of(candidates));
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
    List<CandidateFailure> failures = new ArrayList<>();
    for (Candidate candidate : request.candidates()) {
      if (isLost(candidate.store(), failures)) {
        continue;
      }
      Optional<FetchOutcome> restored = restore(request, candidate, failures);
      if (restored.isPresent()) {
        return new FetchOutcome(
            restored.get().reason(),
            first(failures).map(Trouble::toString).orElse(""),
            restored.get().restored(),
            found(failures));
      }
      if (!failures.isEmpty() && failures.getLast().endsTheFetch()) {
        break;
      }
    }
    return FetchOutcome.notRestored(
        first(failures)
            .orElseGet(() -> new Trouble(Reason.MISS, "nothing is stored under this key yet")),
        found(failures));
  }

  private void recover(FetchRequest request) throws IOException {
    if (request.lookupOnly()) {
      if (folders.isInterrupted()) {
        events.accept(new CacheEvent.InterruptedBefore());
      }
    } else if (folders.isUnfinished()) {
      new Change(folders, events).rollBack(lockWait);
    } else {
      folders.recover(lockWait);
    }
  }

  /**
   * Restores what lies under one candidate; empty where nothing does that is for this run.
   *
   * @param failures is given one where that failed
   */
  private Optional<FetchOutcome> restore(
      FetchRequest request, Candidate candidate, List<CandidateFailure> failures) {
    VerifiedReads reads = new VerifiedReads(candidate.store());
    Optional<StoredManifest> stored = Optional.empty();
    CandidateFailure failure;
    try {
      stored = candidate.store().manifest(candidate.reference().selector());
      events.accept(
          new CacheEvent.LookedUp(candidate.reference(), stored.map(StoredManifest::digest)));
      return stored.isPresent()
          ? Optional.of(
              new FoundImage(staged(), platform, request, candidate, reads, stored.get()).restore())
          : archive(request, candidate);
    } catch (IOException e) {
      failure = CandidateFailure.of(candidate, reads, stored, e);
    } catch (IllegalNameException e) {
      failure = CandidateFailure.of(candidate, reads, stored, e);
    }
    if (failure.isPassedOver()) {
      events.accept(new CacheEvent.PassedOver(candidate.reference(), failure.trouble()));
    }
    failures.add(failure);
    return Optional.empty();
  }

  private Optional<FetchOutcome> archive(FetchRequest request, Candidate candidate)
      throws IOException {
    // Nobody else's miss is to load what this needs.
    return candidate.reference() instanceof StoreReference.InBucket
        ? new ForeignArchive(staged())
            .restore(request, candidate)
            .map(
                restored -> new FetchOutcome(Reason.FALLBACK, "", Optional.of(restored), List.of()))
        : Optional.empty();
  }

  private StagedRestore staged() {
    return new StagedRestore(folders, mode, largest, lockWait, resources, events);
  }

  private static boolean isLost(Fetcher store, List<CandidateFailure> failures) {
    return failures.stream()
        .anyMatch(failure -> failure.losesTheStore() && failure.candidate().store().equals(store));
  }

  private static Optional<Trouble> first(List<CandidateFailure> failures) {
    return failures.stream()
        .filter(failure -> !failure.isPassedOver())
        .map(CandidateFailure::trouble)
        .findFirst();
  }

  private static List<StoreFindings> found(List<CandidateFailure> failures) {
    return failures.stream().map(CandidateFailure::found).toList();
  }
}
