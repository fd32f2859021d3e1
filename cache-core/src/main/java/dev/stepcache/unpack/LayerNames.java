package dev.stepcache.unpack;

import dev.stepcache.archive.LimitException;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.tree.EntryName;

/**
 * The names that one layer has, with the folders above them; 16 bytes each, as there may be
 * millions. Two names of one hash count as one: then a whiteout hides too little.
 */
final class LayerNames {
  /** A slot for each and one that is free, and as much again while they grow. */
  private static final int SLOTS = 4 * Long.BYTES;

  private final MemoryBudget memory;
  private long[] slots = new long[1 << 10];
  private int count;

  LayerNames(MemoryBudget memory) {
    this.memory = memory;
  }

  void add(String name) throws LimitException {
    for (String folder = name; !folder.isEmpty() && put(hash(folder)); ) {
      folder = EntryName.parent(folder);
    }
  }

  boolean has(String name) {
    return slots[slot(hash(name))] != 0;
  }

  /** False if it was there. */
  private boolean put(long hash) throws LimitException {
    int slot = slot(hash);
    if (slots[slot] != 0) {
      return false;
    }
    memory.take(SLOTS);
    slots[slot] = hash;
    if (++count > slots.length / 2) {
      grow();
    }
    return true;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (long hash : old) {
      if (hash != 0) {
        slots[slot(hash)] = hash;
      }
    }
  }

  private int slot(long hash) {
    int slot = (int) (hash >>> 17) & (slots.length - 1);
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  /** To be called when nobody asks any more. */
  void giveBack() {
    memory.giveBack((long) count * SLOTS);
  }

  /** Never 0, which is an empty slot. */
  private static long hash(String name) {
    long hash = VisibilityCheck.hash(name);
    return hash == 0 ? 1 : hash;
  }
}
