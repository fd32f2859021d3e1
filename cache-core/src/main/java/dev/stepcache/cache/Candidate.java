package dev.stepcache.cache;

import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreReference;

/**
 * A place where a fetch looks.
 *
 * @param exact whether this is the key's own place; what lies elsewhere is a fallback
 */
public record Candidate(Fetcher store, StoreReference reference, boolean exact) {}
