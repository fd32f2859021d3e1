package dev.stepcache.outcome;

import dev.stepcache.key.KeyRecipe;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.util.Optional;

/**
 * How a fetch ended.
 *
 * @param message a sentence for people; empty on a hit, and on a fallback unless there was trouble
 *     in a place that comes before it
 * @param restored what now lies in the cache path, or would if the request did not only look
 * @param broken the digest of an image that is there under the key and could not be restored
 * @param findings what was found broken on the way, of any image that was looked at
 */
public record FetchOutcome(
    Reason reason,
    String message,
    Optional<Restored> restored,
    Optional<Digest> broken,
    Findings findings) {

  public FetchOutcome {
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
   */
  public record Restored(
      StoreReference reference,
      Digest digest,
      long files,
      long bytes,
      long transferred,
      Optional<KeyRecipe> recipe) {}

  /** The outcome where nothing was even looked for. */
  public static FetchOutcome of(Trouble trouble) {
    return notRestored(trouble, Optional.empty(), Findings.NONE);
  }

  /** The same outcome, where somebody who looked on found more. */
  public FetchOutcome with(Findings more) {
    return new FetchOutcome(reason, message, restored, broken, findings.and(more));
  }

  /** Nothing was restored. */
  public static FetchOutcome notRestored(
      Trouble trouble, Optional<Digest> broken, Findings findings) {
    return new FetchOutcome(
        trouble.reason(), trouble.message(), Optional.empty(), broken, findings);
  }
}
