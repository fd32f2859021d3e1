package dev.stepcache.outcome;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreReference;
import java.util.Optional;

/**
 * How an upload ended.
 *
 * @param message a sentence for people; empty when a cache was saved
 * @param saved what was saved, or was found to be there already
 */
public record UploadOutcome(Reason reason, String message, Optional<Saved> saved) {
  public UploadOutcome {
    if (!Reason.OF_UPLOAD.contains(reason)) {
      throw new IllegalArgumentException("no outcome of an upload: " + reason);
    }
  }

  /**
   * A cache in a store.
   *
   * @param files how many files and links
   * @param bytes of files, unpacked
   * @param layers of content
   * @param sent bytes that the store did not have, layers and config
   * @param stored bytes of all layers, compressed
   */
  public record Saved(
      StoreReference reference,
      Digest digest,
      long files,
      long bytes,
      int layers,
      long sent,
      long stored) {}

  /** Nothing was saved. */
  public static UploadOutcome notSaved(Trouble trouble) {
    return new UploadOutcome(trouble.reason(), trouble.message(), Optional.empty());
  }
}
