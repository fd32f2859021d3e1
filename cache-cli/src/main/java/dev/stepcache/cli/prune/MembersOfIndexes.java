package dev.stepcache.cli.prune;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayoutDocument;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Deleter;
import dev.stepcache.store.DeletionOutcome;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;

/**
 * The images of indexes that were taken away, which a registry keeps without a tag. They go last,
 * and only those that nothing names which is there then. It is a courtesy: a registry that does not
 * do it collects them with its garbage, and nobody is told.
 */
final class MembersOfIndexes {
  private final Store store;
  private final Deleter deleter;
  private final Map<Digest, Set<Digest>> members;
  private final Set<Digest> orphans = new LinkedHashSet<>();

  /**
   * @param members the images of each index
   */
  MembersOfIndexes(Store store, Deleter deleter, Map<Digest, Set<Digest>> members) {
    this.store = store;
    this.deleter = deleter;
    this.members = members;
  }

  /** An index was deleted by its digest, if it is one. */
  void indexWent(Digest index) {
    orphans.addAll(members.getOrDefault(index, Set.of()));
  }

  /**
   * Deletes what nothing names any more.
   *
   * @return false where it was told to end before
   */
  boolean remove(BooleanSupplier ends) throws IOException {
    if (orphans.isEmpty()) {
      return true;
    }
    Set<Digest> named;
    try {
      named = named();
    } catch (MalformedDocumentException | StoreException.Corrupt e) {
      // What that names nobody can tell.
      return true;
    }
    for (Digest orphan : orphans) {
      if (ends.getAsBoolean()) {
        return false;
      }
      if (!named.contains(orphan) && !isDeleted(orphan)) {
        return true;
      }
    }
    return true;
  }

  /** False where the registry does not do it. */
  private boolean isDeleted(Digest image) throws IOException {
    try {
      DeletionOutcome answer = deleter.deleteImage(image);
      return answer instanceof DeletionOutcome.Done || answer instanceof DeletionOutcome.Absent;
    } catch (StoreException.Rejected e) {
      // Such as of one that an index names which has no tag any more.
      return true;
    }
  }

  /** All that the tags lead to now. */
  private Set<Digest> named() throws IOException {
    Set<Digest> named = new HashSet<>();
    Deque<StoredManifest> indexes = new ArrayDeque<>();
    Optional<SortedSet<Tag>> tags = Inventory.tags(store);
    if (tags.isPresent()) {
      for (Tag tag : tags.get()) {
        take(store.manifest(tag), named, indexes);
      }
    }
    while (!indexes.isEmpty()) {
      for (Descriptor one : LayoutDocument.parse(indexes.remove().content()).documents()) {
        named.add(one.digest());
        if (one.mediaType().isIndex()) {
          take(store.manifest(one.digest()), named, indexes);
        }
      }
    }
    return named;
  }

  private static void take(
      Optional<StoredManifest> found, Set<Digest> named, Deque<StoredManifest> indexes) {
    if (found.isPresent()) {
      named.add(found.get().digest());
      if (found.get().mediaType().isIndex()) {
        indexes.add(found.get());
      }
    }
  }
}
