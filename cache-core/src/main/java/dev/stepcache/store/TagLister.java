package dev.stepcache.store;

import dev.stepcache.oci.Tag;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/** A store that tells which tags a repository has. */
@FunctionalInterface
public interface TagLister {
  /** More than this many of one repository are not listed. */
  int MOST = 100_000;

  /**
   * All tags, in the order of their names; empty where there is no such repository. Names that no
   * tag may have are left out: nothing here can be asked for by them.
   *
   * @throws StoreException.Rejected if there are more than {@link #MOST}
   */
  Optional<SortedSet<Tag>> tags() throws IOException;
}
