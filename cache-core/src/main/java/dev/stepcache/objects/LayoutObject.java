package dev.stepcache.objects;

import dev.stepcache.oci.LayoutFile;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The object {@code oci-layout}, which says that a folder is a layout; where there is an {@code
 * index.json} as well it is another tool's, and nothing is written to it.
 */
final class LayoutObject {
  private static final int LARGEST = 4096;

  private final Bucket bucket;
  private final LayoutNames names;
  private final String location;
  private boolean claimed;

  /**
   * @param location the folder with its bucket, for people
   */
  LayoutObject(Bucket bucket, LayoutNames names, String location) {
    this.bucket = bucket;
    this.names = names;
    this.location = location;
  }

  /**
   * Makes the folder ours, if it is not yet: the first that an upload sends, which shows whether
   * its account may.
   */
  synchronized void claim(String operation) throws IOException {
    if (claimed) {
      return;
    }
    Optional<byte[]> there =
        bucket.read(names.layout(), LARGEST, operation).map(ObjectContent::bytes);
    if (there.isPresent() && !LayoutFile.isKnown(there.get())) {
      throw new StoreException.Rejected(
          operation
              + ": "
              + location
              + "/"
              + LayoutFile.NAME
              + " is of a version that this stepcache does not know: use another folder");
    }
    refuseAnotherTools(operation);
    if (there.isEmpty() || Arrays.equals(there.get(), LayoutFile.content())) {
      Written _ =
          bucket.put(
              names.layout(),
              Payload.of("application/json", LayoutFile.content()),
              Condition.ABSENT,
              operation);
    }
    claimed = true;
  }

  /** Throws where the folder is another tool's. */
  void refuseAnotherTools(String operation) throws IOException {
    if (bucket.head(names.index(), operation).isPresent()) {
      throw new StoreException.Rejected(
          operation
              + ": "
              + location
              + " is another tool's image layout, since it has an index.json: use another folder");
    }
  }

  boolean isThere(String operation) throws IOException {
    return bucket.head(names.layout(), operation).isPresent();
  }
}
