package dev.stepcache.plan;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.format.TreeIndex;
import java.util.BitSet;

/** A layer of the base, as the local index knows it. */
final class KnownLayer {
  private final BitSet live = new BitSet();
  private int entries;
  private long bytes;

  /** Takes its entries in their order. */
  void add(int position, boolean isLive, long content) throws CorruptArchiveException {
    if (position != entries) {
      throw new CorruptArchiveException("the local index is out of order");
    }
    live.set(entries++, isLive);
    bytes += LayerPlan.size(content);
  }

  /** Bytes of its tar, sums aside. */
  long bytes() {
    return bytes;
  }

  /** Whether it is the one that an image's index tells of. */
  boolean agreesWith(TreeIndex.Layer layer) {
    return layer.entries() == entries && layer.live().equals(live);
  }
}
