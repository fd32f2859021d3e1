/**
 * Which entry goes into which layer of a save, and packing it: compared with the local index, what
 * was left alone stays in the layers of the base.
 *
 * <pre>
 *   tree + local index -> Comparison -> Placement (live, new, dead) -> LayerPlan -> LayerPacker
 *                                          |
 *                                          +-> SavedIndex, TreeIndex: what the image's index will say
 * </pre>
 *
 * Knows no store: packed layers go to whoever asked.
 */
@NullMarked
package dev.stepcache.plan;

import org.jspecify.annotations.NullMarked;
