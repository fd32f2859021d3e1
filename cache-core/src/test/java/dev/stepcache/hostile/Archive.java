package dev.stepcache.hostile;

import dev.stepcache.oci.MediaType;
import dev.stepcache.outcome.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One image's layers, and what must become of them.
 *
 * @param name of the family and the case
 * @param expected the tree that comes back; empty where nothing may
 * @param reasons with which it may be refused; of none it must come back
 */
record Archive(String name, List<Layer> layers, Optional<Expected> expected, Set<Reason> reasons) {

  /**
   * @param blob as it lies in the store
   * @param tar what the blob holds, for the diff ID
   * @param raw the same before it was ended and compressed, so that a layer of our own can be made
   */
  record Layer(MediaType type, byte[] blob, byte[] tar, Optional<RawTar> raw) {}

  @Override
  public String toString() {
    return name;
  }
}
