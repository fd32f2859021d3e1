/**
 * The command {@code prune}: which caches go by which rule, and taking them away so that whoever is
 * interrupted leaves no tag without its blobs. Knows nothing of how a store deletes.
 */
@NullMarked
package dev.stepcache.cli.prune;

import org.jspecify.annotations.NullMarked;
