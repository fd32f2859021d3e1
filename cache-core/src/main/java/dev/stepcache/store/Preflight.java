package dev.stepcache.store;

import java.io.IOException;

/**
 * A store that tells, before any work, whether an account may save. It may take a request or two.
 */
@FunctionalInterface
public interface Preflight {
  /**
   * What is known of a save before anything is sent.
   *
   * @param seen what the store answered for the manifest that is to be replaced
   * @throws StoreException.Unauthorized if the account may send nothing here
   */
  Readiness readiness(Lookup seen) throws IOException;
}
