package dev.stepcache.objects;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.Sweeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes the blobs that no tag leads to. The tags are looked at again before each few blobs, and
 * each blob right before it goes: what somebody named or wrote meanwhile stays. Whoever names a
 * blob in the moments between the two finds, once his tag is written, that it is not there, and
 * sends it again, unless it goes after he looked (docs/format.md, caches in buckets).
 */
final class ObjectSweep {
  private static final int AT_A_TIME = 50;
  private static final int TRIES = 3;

  private final Bucket bucket;
  private final LayoutObject layout;
  private final LayoutNames names;
  private final NamedBlobs named;
  private final String operation;

  private int removed;
  private long bytes;
  private long left;

  ObjectSweep(
      Bucket bucket, LayoutObject layout, BlobObjects blobs, TagObjects tags, String operation) {
    this.bucket = bucket;
    this.layout = layout;
    this.names = blobs.names();
    this.named = new NamedBlobs(tags, blobs, operation);
    this.operation = operation;
  }

  Sweeper.Swept run(Duration grace) throws IOException {
    layout.refuseAnotherTools(operation);
    if (!layout.isThere(operation)) {
      return new Sweeper.Swept(0, 0, 0);
    }
    Instant oldest = now().minus(grace);
    named.readTags();
    Optional<String> after = Optional.empty();
    do {
      ListedObjects page = bucket.list(names.blobs(), after, operation);
      sweep(page.objects(), oldest);
      after = page.next();
    } while (after.isPresent());
    return new Sweeper.Swept(removed, bytes, left);
  }

  /** By the clock of the store. */
  private Instant now() throws IOException {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Written _ =
          bucket.put(
              names.clock(), Payload.of("text/plain", new byte[0]), Condition.NONE, operation);
      Optional<ObjectState> clock = bucket.head(names.clock(), operation);
      if (bucket.delete(names.clock(), Condition.NONE, operation)
          instanceof Removed.Refused(String message)) {
        throw new StoreException.Unauthorized(message);
      }
      if (clock.isPresent()) {
        return clock.get().modified();
      }
      // Another sweep has taken it away.
    }
    throw new StoreException.Rejected(
        operation + ": what is written there is not there a moment later; nothing was removed");
  }

  private void sweep(List<ObjectState> objects, Instant oldest) throws IOException {
    List<ObjectState> old = new ArrayList<>();
    for (ObjectState object : objects) {
      if (isUnnamed(object)) {
        if (object.modified().isAfter(oldest)) {
          left += object.size();
        } else {
          old.add(object);
        }
      }
    }
    for (int at = 0; at < old.size(); at += AT_A_TIME) {
      named.readTags();
      for (ObjectState object : old.subList(at, Math.min(at + AT_A_TIME, old.size()))) {
        if (isUnnamed(object)) {
          remove(object);
        }
      }
    }
  }

  private boolean isUnnamed(ObjectState object) {
    Optional<Digest> blob = names.blobOf(object.name());
    return blob.isPresent() && !named.has(blob.get());
  }

  private void remove(ObjectState listed) throws IOException {
    Optional<ObjectState> now = bucket.head(listed.name(), operation);
    if (now.isEmpty()) {
      return;
    }
    if (now.get().modified().isAfter(listed.modified())) {
      left += now.get().size();
      return;
    }
    switch (bucket.delete(listed.name(), new Condition.Unchanged(now.get().version()), operation)) {
      case Removed.Done _ -> {
        removed++;
        bytes += now.get().size();
      }
      case Removed.Conflict _ -> left += now.get().size();
      case Removed.Refused(String message) -> throw new StoreException.Unauthorized(message);
    }
  }
}
