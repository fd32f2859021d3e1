/**
 * The command {@code copy}: caches from one store to another, by tags, and only what lacks. Knows
 * nothing of how a store works, nor of how an image is copied.
 */
@NullMarked
package dev.stepcache.cli.copy;

import org.jspecify.annotations.NullMarked;
