/**
 * System calls by the foreign function interface: what the kernel says of a file, errno and its
 * words. One thread uses one set of buffers. Knows no trees: names are bytes.
 */
@NullMarked
package dev.stepcache.syscall;

import org.jspecify.annotations.NullMarked;
