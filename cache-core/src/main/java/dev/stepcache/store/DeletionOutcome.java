package dev.stepcache.store;

import dev.stepcache.oci.Digest;

/** What became of something that was to be deleted. */
public sealed interface DeletionOutcome {
  /** It is gone, by this. */
  record Done() implements DeletionOutcome {}

  /** It was not there any more. */
  record Absent() implements DeletionOutcome {}

  /**
   * The tag names another image by now, and was left alone.
   *
   * @param image which
   */
  record Moved(Digest image) implements DeletionOutcome {}

  /**
   * The store never deletes in this way, whoever asks; nothing was done.
   *
   * @param message "{verb} {reference}: {what}"
   */
  record Unsupported(String message) implements DeletionOutcome {}

  /**
   * The account may not delete here; nothing was done.
   *
   * @param message "{verb} {reference}: {what}"
   */
  record Refused(String message) implements DeletionOutcome {}
}
