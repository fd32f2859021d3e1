/**
 * A cache path on disk: its sorted scan, names that cannot leave it, and the restore that is staged
 * inside it and committed by merging. Knows nothing of archives, images or Tekton.
 */
@NullMarked
package dev.stepcache.tree;

import org.jspecify.annotations.NullMarked;
