/**
 * What no build needs any more, and a save may leave out: of a restored tree what was not used, as
 * access times tell, and of an OCI image layout the blobs that its index does not lead to.
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
