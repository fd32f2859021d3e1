package dev.stepcache.store;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import java.io.IOException;

/**
 * A store that takes away what nobody needs any more. Which of the two it can, its answers say: a
 * registry that deletes by digest only answers {@link DeletionOutcome.Unsupported} to the first.
 */
public interface Deleter {
  /**
   * Takes a tag away, and no other tag of its image, if it still names this image: it is read again
   * right before, with what a store needs for that. Between the two another writer may move it,
   * where the store has no way to compare and delete at once.
   */
  DeletionOutcome deleteTag(Tag tag, Digest image) throws IOException;

  /**
   * Takes an image away, and with it every tag that names it. Nothing is looked at before: whoever
   * asks has just seen that no tag names it that is to stay.
   */
  DeletionOutcome deleteImage(Digest image) throws IOException;
}
