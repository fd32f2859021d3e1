package dev.stepcache.cache;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import java.util.Optional;

/**
 * How a fetch ended.
 *
 * @param message a sentence for people; empty on a hit
 * @param restored what now lies in the cache path; empty when it is as it was
 * @param broken the digest of an image that is there under the key and could not be restored
 */
public record FetchOutcome(
    Reason reason, String message, Optional<Restored> restored, Optional<Digest> broken) {

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
   */
  public record Restored(
      StoreReference reference, Digest digest, long files, long bytes, long transferred) {}

  static FetchOutcome notRestored(Trouble trouble, Optional<Digest> broken) {
    return new FetchOutcome(trouble.reason(), trouble.message(), Optional.empty(), broken);
  }
}
