package dev.stepcache.objects;

import java.time.Instant;

/**
 * What a store says of an object.
 *
 * @param name whole, in its bucket
 * @param size in bytes
 * @param version changes with each write: an ETag, or Google's generation
 * @param modified when it was last written, by the store's clock
 */
public record ObjectState(String name, long size, String version, Instant modified) {}
