/**
 * What {@code java.io} lacks: interrupts as IOExceptions, and streams that are read many bytes at a
 * time. Knows nothing of what is read.
 */
@NullMarked
package dev.stepcache.io;

import org.jspecify.annotations.NullMarked;
