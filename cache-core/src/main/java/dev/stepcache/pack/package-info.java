/**
 * A tree as layers and back: deterministic tar in zstd, the plan of which entry lies in which
 * layer, and the index of a tree. Knows nothing of HTTP, keys, or where the bytes go.
 */
@NullMarked
package dev.stepcache.pack;

import org.jspecify.annotations.NullMarked;
