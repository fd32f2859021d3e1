/**
 * Images made of images: a base, caches at paths in it, and files of other images or of a folder.
 * Knows stores, layers and what an image's config says; knows nothing of command lines.
 *
 * <p>Layers of the base and of a cache are not made again: a registry that has them mounts them. Of
 * a cache only those are packed anew that cannot be used as they are: since it is to lie at another
 * path than its layers say, or since it holds what needs other times. Each cache gets one layer on
 * top, with its folders, which the user of group 0 may write to, and with the whiteouts that its
 * own index layer has. The manifest goes last.
 *
 * <pre>
 *   base's layers     as they are
 *   a tool's layer    one for each file or folder of another image, or of the workspace
 *   cache's layers    as they are, or packed anew
 *   cache's folders   modes, whiteouts
 * </pre>
 */
@NullMarked
package dev.stepcache.bake;

import org.jspecify.annotations.NullMarked;
