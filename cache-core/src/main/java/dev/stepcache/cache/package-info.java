/**
 * The verbs, fetch and upload, with their outcomes and events; all parallelism lies here. Knows
 * nothing of the environment, of YAML or of exit codes.
 */
@NullMarked
package dev.stepcache.cache;

import org.jspecify.annotations.NullMarked;
