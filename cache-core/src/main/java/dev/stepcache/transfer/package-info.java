/**
 * Bytes that move side by side within a memory budget: workers, blobs read ahead, packed layers
 * that wait to be sent, each verified to its end. Knows no keys and no Tekton.
 */
@NullMarked
package dev.stepcache.transfer;

import org.jspecify.annotations.NullMarked;
