/**
 * tar, gzip and zstd, both ways. What comes is read strictly: what two readers might understand
 * differently is refused. Knows no caches, no index and no folders of the disk.
 */
@NullMarked
package dev.stepcache.archive;

import org.jspecify.annotations.NullMarked;
