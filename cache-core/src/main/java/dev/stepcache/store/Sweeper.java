package dev.stepcache.store;

import java.io.IOException;
import java.time.Duration;

/**
 * A store that keeps the blobs of deleted images until it is swept, as against a registry, which
 * collects them by itself.
 */
@FunctionalInterface
public interface Sweeper {
  /**
   * What a sweep freed, and what it left since somebody may be about to name it.
   *
   * @param blobs how many were removed
   * @param bytes of those
   * @param young the bytes of those that nothing names, and that are not old enough
   */
  record Swept(int blobs, long bytes, long young) {}

  /**
   * Removes the blobs that nothing in the store names, if nobody has written them for so long. Safe
   * beside uploads that run: what one of them relied on and misses it is told, and sends again.
   *
   * @throws StoreException.Rejected where something in the store cannot be understood, so that
   *     nobody can tell what it names; nothing was removed
   */
  Swept sweep(Duration grace) throws IOException;
}
