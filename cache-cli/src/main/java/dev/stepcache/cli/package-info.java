/**
 * The command line for people: what caches there are, what is in one, and whether it is whole.
 * Knows nothing of params, of Tekton, nor how a store works. Nothing here is on a step's way.
 */
@NullMarked
package dev.stepcache.cli;

import org.jspecify.annotations.NullMarked;
