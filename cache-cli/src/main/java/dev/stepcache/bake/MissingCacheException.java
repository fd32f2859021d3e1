package dev.stepcache.bake;

import dev.stepcache.store.StoreReference;
import java.io.IOException;

/** A cache that is not there, or not yet. */
final class MissingCacheException extends IOException {
  MissingCacheException(StoreReference reference) {
    super(
        "there is no cache "
            + reference
            + ": save it first, or bake without it by --allow-missing-caches");
  }
}
