package dev.stepcache.outcome;

import dev.stepcache.key.KeyRecipe;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a fetch ended.
 *
 * @param message a sentence for people; empty on a hit, and on a fallback unless there was trouble
 *     in a place that comes before it
 * @param restored what now lies in the cache path, or would if the request did not only look
 * @param found what was found broken on the way, in each store that was looked at
 */
public record FetchOutcome(
    Reason reason, String message, Optional<Restored> restored, List<StoreFindings> found) {

  public FetchOutcome {
    found = StoreFindings.merged(found, List.of());
    if (!Reason.OF_FETCH.contains(reason)
        || restored.isPresent() != (reason == Reason.HIT || reason == Reason.FALLBACK)) {
      throw new IllegalArgumentException("no outcome of a fetch: " + reason);
    }
  }

  /**
   * A cache that was restored.
   *
   * @param files how many files and links
   * @param bytes of files, unpacked
   * @param transferred bytes that came from the store, layers only
   * @param recipe what made the key that it was saved under, where that is known
   * @param buildTime how long the build took that made it, where that is known
   */
  public record Restored(
      StoreReference reference,
      Digest digest,
      long files,
      long bytes,
      long transferred,
      Optional<KeyRecipe> recipe,
      Optional<Duration> buildTime) {}

  /** The outcome where nothing was even looked for. */
  public static FetchOutcome of(Trouble trouble) {
    return notRestored(trouble, List.of());
  }

  /** The same outcome, where somebody who looked on found more. */
  public FetchOutcome with(StoreFindings more) {
    return new FetchOutcome(reason, message, restored, StoreFindings.merged(found, List.of(more)));
  }

  /** Nothing was restored. */
  public static FetchOutcome notRestored(Trouble trouble, List<StoreFindings> found) {
    return new FetchOutcome(trouble.reason(), trouble.message(), Optional.empty(), found);
  }

  /** The digest of an image that is there under the key and could not be restored. */
  public Optional<Digest> broken() {
    return found.stream().flatMap(some -> some.broken().stream()).findFirst();
  }

  /** What was found broken, of any image that was looked at, in whatever store. */
  public Findings findings() {
    Findings all = Findings.NONE;
    for (StoreFindings some : found) {
      all = all.and(some.findings());
    }
    return all;
  }
}
