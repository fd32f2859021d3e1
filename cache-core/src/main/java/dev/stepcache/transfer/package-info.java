/**
 * Images as they are read, compared and moved: side by side within a memory budget, by workers,
 * blobs read ahead, packed layers that wait to be sent, each verified to its end. Knows what a
 * cache tool makes, no keys and no Tekton.
 */
@NullMarked
package dev.stepcache.transfer;

import org.jspecify.annotations.NullMarked;
