/**
 * Files made, read and listed below a folder with the fewest system calls, or the JDK's own ways;
 * free space and mount points. Knows no journal, no archive and no cache path.
 */
@NullMarked
package dev.stepcache.disk;

import org.jspecify.annotations.NullMarked;
