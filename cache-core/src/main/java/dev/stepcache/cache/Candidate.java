package dev.stepcache.cache;

import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreReference;

/**
 * A place where a fetch looks.
 *
 * @param exact whether this is the key's own place; an upload may replace what is broken there
 * @param hits whether what lies here is what was asked for, and no fallback: such as the same key
 *     in another scope
 */
public record Candidate(Fetcher store, StoreReference reference, boolean exact, boolean hits) {
  /** The key's own place, or else a fallback. */
  public Candidate(Fetcher store, StoreReference reference, boolean exact) {
    this(store, reference, exact, exact);
  }
}
