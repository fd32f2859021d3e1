/**
 * What a build used of a restored tree, as access times tell, and what therefore a save leaves out.
 *
 * <pre>
 *   fetch:   files with {@link dev.stepcache.tree.AccessTime}, and a {@link UsesFile}
 *   build:   reads
 *   upload:  scanned tree + UsesFile -> {@link Usage}: units that were not read
 *                                         +-> a smaller tree
 *                                         +-> Uses, a section of the image's index
 * </pre>
 *
 * Knows no store, and nothing of layers.
 */
@NullMarked
package dev.stepcache.usage;

import org.jspecify.annotations.NullMarked;
