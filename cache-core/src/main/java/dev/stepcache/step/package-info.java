/**
 * The door to Tekton: params from the environment, results, signals, exit codes and the console.
 * Knows nothing of how things are packed or sent.
 */
@NullMarked
package dev.stepcache.step;

import org.jspecify.annotations.NullMarked;
