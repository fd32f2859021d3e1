package dev.stepcache.unpack;

import dev.stepcache.archive.LimitException;
import dev.stepcache.format.MemoryBudget;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Layers' numbers by the hashes of names: 12 bytes for each, at most twice that where the table has
 * just grown, since there may be hundreds of thousands in a small heap.
 */
final class LayersByHash {
  private static final int SMALLEST = 1 << 10;
  private static final int SLOT = Long.BYTES + Integer.BYTES;
  private static final int NONE = -1;

  private final MemoryBudget memory;
  private long[] hashes = {};
  private int[] layers = {};
  private int size;

  LayersByHash(MemoryBudget memory) {
    this.memory = memory;
  }

  OptionalInt get(long hash) {
    if (hashes.length == 0) {
      return OptionalInt.empty();
    }
    int layer = layers[slot(hashes, layers, hash)];
    return layer == NONE ? OptionalInt.empty() : OptionalInt.of(layer);
  }

  void put(long hash, int layer) throws LimitException {
    makeRoom();
    int slot = slot(hashes, layers, hash);
    if (layers[slot] == NONE) {
      size++;
    }
    hashes[slot] = hash;
    layers[slot] = layer;
  }

  /** Keeps the lower of this and what is there. */
  void putLowest(long hash, int layer) throws LimitException {
    OptionalInt there = get(hash);
    if (there.isEmpty() || there.getAsInt() > layer) {
      put(hash, layer);
    }
  }

  private void makeRoom() throws LimitException {
    // Three quarters full.
    if (size < hashes.length - hashes.length / 4) {
      return;
    }
    int length = Math.max(SMALLEST, hashes.length * 2);
    memory.take((long) length * SLOT);
    long[] largerHashes = new long[length];
    int[] largerLayers = new int[length];
    Arrays.fill(largerLayers, NONE);
    for (int at = 0; at < hashes.length; at++) {
      if (layers[at] != NONE) {
        int slot = slot(largerHashes, largerLayers, hashes[at]);
        largerHashes[slot] = hashes[at];
        largerLayers[slot] = layers[at];
      }
    }
    memory.giveBack((long) hashes.length * SLOT);
    hashes = largerHashes;
    layers = largerLayers;
  }

  /** Where a hash is, or would be: the lengths are powers of two, and the hashes are mixed. */
  private static int slot(long[] hashes, int[] layers, long hash) {
    int slot = (int) hash & (hashes.length - 1);
    while (layers[slot] != NONE && hashes[slot] != hash) {
      slot = (slot + 1) & (hashes.length - 1);
    }
    return slot;
  }
}
