package dev.stepcache.store;

import dev.stepcache.oci.Descriptor;
import java.io.IOException;

/** A repository that takes over blobs of others without their bytes. */
@FunctionalInterface
public interface Mounter {
  /**
   * Takes over a blob that another repository of this store has; false where that cannot be done,
   * such as for a repository of another store.
   */
  boolean mount(Descriptor blob, StoreReference from) throws IOException;
}
