/**
 * What two caches have, and the other has not. Reads their indexes, and of their layers only those
 * that differ; knows nothing of where they lie.
 */
@NullMarked
package dev.stepcache.cli.diff;

import org.jspecify.annotations.NullMarked;
