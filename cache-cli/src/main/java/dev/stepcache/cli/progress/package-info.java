/** How far something is, on a terminal. Knows nothing of what that is. */
@NullMarked
package dev.stepcache.cli.progress;

import org.jspecify.annotations.NullMarked;
