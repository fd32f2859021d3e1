package dev.stepcache.cache;

import dev.stepcache.archive.LimitException;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.CacheTools;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.IllegalNameException;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Why nothing could be restored from a candidate, and what that means: for the rest of the fetch,
 * for other candidates of its store, and for an upload that may heal it.
 *
 * @param found what was found broken; the candidate's image is, where an upload may replace it
 */
record CandidateFailure(Candidate candidate, Trouble trouble, StoreFindings found) {
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
      Collections.unmodifiableSet(EnumSet.of(Reason.CORRUPT, Reason.MOUNT, Reason.PATHS));

  /**
   * What a failure means.
   *
   * @param reads of the candidate's store, where what the failure says of a blob is noted
   * @param stored what lies there, if that was seen
   */
  static CandidateFailure of(
      Candidate candidate,
      VerifiedReads reads,
      Optional<StoredManifest> stored,
      IOException failure) {
    if (failure instanceof StoreException.Corrupt corrupt) {
      corrupt.content().ifPresent(content -> reads.note(content, corrupt));
    }
    Trouble trouble = failure instanceof NotForUs other ? other.trouble() : Trouble.of(failure);
    boolean heals =
        failure instanceof LimitException limit
            ? limit.isEverywhere()
            : HEALING.contains(trouble.reason());
    return heals
        ? ofBroken(candidate, reads, stored, trouble)
        : new CandidateFailure(candidate, trouble, findings(candidate, reads, Optional.empty()));
  }

  /** What it means that an image has a name that no entry may have. */
  static CandidateFailure of(
      Candidate candidate,
      VerifiedReads reads,
      Optional<StoredManifest> stored,
      IllegalNameException failure) {
    return ofBroken(candidate, reads, stored, Trouble.of(failure));
  }

  /** Nobody could restore it, so that an upload may replace it, if a cache tool made it. */
  private static CandidateFailure ofBroken(
      Candidate candidate, VerifiedReads reads, Optional<StoredManifest> stored, Trouble trouble) {
    if (stored.isEmpty() || mayReplace(reads, stored.get())) {
      return new CandidateFailure(candidate, trouble, findings(candidate, reads, stored));
    }
    Reason reason = CacheTools.isNoImage(stored.get()) ? Reason.NOT_A_CACHE : trouble.reason();
    String message = candidate.reference() + " holds what no cache tool made: " + trouble.message();
    return new CandidateFailure(
        candidate, new Trouble(reason, message), findings(candidate, reads, Optional.empty()));
  }

  private static boolean mayReplace(VerifiedReads reads, StoredManifest stored) {
    try {
      return CacheTools.mayReplace(reads, stored);
    } catch (IOException e) {
      // It may be a cache, and the upload asks again.
      return true;
    }
  }

  private static StoreFindings findings(
      Candidate candidate, VerifiedReads reads, Optional<StoredManifest> broken) {
    return new StoreFindings(
        candidate.reference(),
        broken.filter(_ -> candidate.isOfTheKey()).map(StoredManifest::digest),
        reads.findings());
  }

  /** Whether it is told and no more, since another store of the same cache comes behind. */
  boolean isPassedOver() {
    return candidate.nearer()
        // A near copy may be of another save than the cache behind it.
        && (trouble.reason() == Reason.DIGEST || !FINAL.contains(trouble.reason()));
  }

  /** Whether no other candidate is to be tried. */
  boolean endsTheFetch() {
    return FINAL.contains(trouble.reason()) && !isPassedOver();
  }

  /** Whether the candidate's store is not to be asked again. */
  boolean losesTheStore() {
    return STORE_IS_LOST.contains(trouble.reason());
  }
}
