/**
 * docs/format.md in code: what a content layer, the index layer, the local index and the image of a
 * cache hold, byte by byte, both ways. Knows no disk but the local index's file, no store and no
 * plan.
 */
@NullMarked
package dev.stepcache.format;

import org.jspecify.annotations.NullMarked;
