package dev.stepcache.pack;

import dev.stepcache.tree.EntryName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The names of what is alive in one layer, in tar order, which is that of their bytes, with the
 * sums of the files among them; front-coded, since there may be many.
 */
public final class RestoredNames {
  /** The lengths of both parts of a name, and whether it has a sum. */
  private static final int LENGTHS = 4;

  private final HeldMemory memory;
  private VarintWriter names = new VarintWriter();
  private byte[] all = {};
  private final BitSet liveFiles = new BitSet();
  private byte[] last = {};
  private byte[] sums = {};
  private int files;

  RestoredNames(HeldMemory memory) {
    this.memory = memory;
  }

  void add(String name, boolean hasSum) throws LimitException {
    byte[] bytes = LayerWriter.utf8(name);
    int shared = Arrays.mismatch(last, bytes);
    shared = shared < 0 ? bytes.length : shared;
    memory.take(bytes.length - shared + LENGTHS);
    names.add(shared).add(bytes, shared).add(hasSum ? 1 : 0);
    last = bytes;
  }

  /** Counts a regular file of the layer, each of which has a sum. */
  void file(boolean live) {
    liveFiles.set(files++, live);
  }

  /** Ends the names. */
  void sums(byte[] all) throws LimitException {
    memory.take(all.length);
    this.sums = all;
    this.all = names.toBytes();
    this.names = new VarintWriter();
  }

  Cursor cursor(int layer) {
    return new Cursor(layer);
  }

  /** Goes through the names once. */
  final class Cursor {
    final int layer;
    private final VarintReader in = new VarintReader(all);
    private byte[] name = {};
    private int file = -1;
    private int position = -1;
    private boolean hasSum;

    Cursor(int layer) {
      this.layer = layer;
    }

    boolean next() throws CorruptArchiveException {
      if (!in.hasMore()) {
        return false;
      }
      name = in.sharing(name, EntryName.LONGEST);
      hasSum = in.next() != 0;
      position++;
      if (hasSum) {
        file = liveFiles.nextSetBit(file + 1);
      }
      return true;
    }

    /** The place among the live entries of the layer. */
    int position() {
      return position;
    }

    String name() {
      return new String(name, StandardCharsets.UTF_8);
    }

    byte[] sum() {
      return hasSum
          ? Arrays.copyOfRange(sums, file * Sums.SIZE, (file + 1) * Sums.SIZE)
          : new byte[0];
    }
  }
}
