/** What {@code java.io} lacks: interrupts as IOExceptions. Knows nothing of what is read. */
@NullMarked
package dev.stepcache.io;

import org.jspecify.annotations.NullMarked;
