/**
 * Layers into a stage, each held to what the index says of it: an entry that is hidden by a later
 * layer is not made, one that the index does not know is refused.
 */
@NullMarked
package dev.stepcache.unpack;

import org.jspecify.annotations.NullMarked;
