package dev.stepcache.pack;

import java.util.BitSet;

/** A layer of the base, as the local index knows it. */
final class KnownLayer {
  private final BitSet live = new BitSet();
  private int entries;
  private long bytes;

  /** Takes its entries in their order. */
  void add(KnownEntry entry) throws CorruptArchiveException {
    if (entry.position() != entries) {
      throw new CorruptArchiveException("the local index is out of order");
    }
    live.set(entries++, entry.live());
    bytes += LayerPlan.size(entry.kind() == EntryKind.FILE ? entry.size() : 0);
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
