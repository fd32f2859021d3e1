package dev.stepcache.plan;

import dev.stepcache.archive.TarHeader;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The files and links of one content layer, in the order of their names' bytes. A hard-link group
 * lies in one layer.
 *
 * @param entries of the tree, with the attributes that are saved
 */
public record LayerPlan(TreeEntries entries) {
  private static final long SMALLEST_TARGET = 1 << 20;

  /** Up to here layers are cut small enough that a part of a tree can be packed anew. */
  private static final long USUAL_TARGET = 16 << 20;

  private static final int USUAL_TARGETS = 24;

  /** With borders at least half a target apart, no tree needs more than twice as many layers. */
  private static final int MOST_TARGETS = 48;

  /**
   * Cuts a tree into layers along its sorted names (docs/format.md, where layers are cut). A border
   * depends on names and sizes alone, so it moves with neither content nor times.
   */
  public static List<LayerPlan> cut(Tree tree) {
    BitSet all = new BitSet();
    all.set(0, tree.entries().size());
    return cutChosen(tree, all);
  }

  /** Cuts some of a tree's entries into layers that are as large as those of the whole tree. */
  static List<LayerPlan> cutChosen(Tree tree, BitSet chosen) {
    return cutTo(target(tree), tree, chosen);
  }

  /** What the layers of a tree are cut to, in bytes of tar. */
  public static long target(Tree tree) {
    TreeEntries entries = tree.entries();
    long total = 0;
    for (int at = 0; at < entries.size(); at++) {
      total += size(entries.content(at));
    }
    long target = SMALLEST_TARGET;
    while (target < total / (target < USUAL_TARGET ? USUAL_TARGETS : MOST_TARGETS)) {
      target *= 2;
    }
    return target;
  }

  private static List<LayerPlan> cutTo(long target, Tree tree, BitSet chosen) {
    TreeEntries entries = tree.entries();
    Map<EntryName, Positions> layerOfGroup = new HashMap<>();
    for (int at = chosen.nextSetBit(0); at >= 0; at = chosen.nextSetBit(at + 1)) {
      if (entries.isHardLink(at)) {
        layerOfGroup.put(entries.firstName(at), new Positions());
      }
    }
    List<Positions> layers = new ArrayList<>();
    Positions current = new Positions();
    long length = 0;
    for (int at = chosen.nextSetBit(0); at >= 0; at = chosen.nextSetBit(at + 1)) {
      if (entries.isHardLink(at)) {
        Objects.requireNonNull(layerOfGroup.get(entries.firstName(at))).add(at);
        continue;
      }
      long size = size(entries.content(at));
      boolean alone = size > target;
      if (!alone && length + size > 2 * target) {
        layers.add(current);
        current = new Positions();
        length = 0;
      }
      Positions layer = alone ? new Positions() : current;
      layer.add(at);
      if (!layerOfGroup.isEmpty()) {
        layerOfGroup.replace(entries.get(at).name(), layer);
      }
      if (alone) {
        layers.add(layer);
        continue;
      }
      length += size;
      if (length >= target / 2 && isBorder(entries.get(at).name(), size, target)) {
        layers.add(current);
        current = new Positions();
        length = 0;
      }
    }
    if (current.size > 0) {
      layers.add(current);
    }
    // Positions are in the order of names.
    layers.forEach(Positions::sort);
    layers.sort(Comparator.comparingInt(layer -> layer.values[0]));
    return layers.stream().map(layer -> new LayerPlan(entries.chosen(layer.values))).toList();
  }

  /** Where entries lie in the tree: as small as a layer of a million entries can be. */
  private static final class Positions {
    private int[] values = new int[8];
    private int size;

    void add(int position) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = position;
    }

    void sort() {
      values = Arrays.copyOf(values, size);
      Arrays.sort(values);
    }
  }

  /** Whether a layer ends after this entry: as likely as the entry is large. */
  private static boolean isBorder(EntryName name, long size, long target) {
    long hash = ByteBuffer.wrap(Digest.sha256().digest(name.bytes())).getLong();
    // hash < 2^64 * size / target, exactly
    return Math.unsignedMultiplyHigh(hash, target) < size;
  }

  /** What an entry takes in a tar, long names aside. */
  static long size(long content) {
    return TarHeader.BLOCK + TarHeader.padded(content);
  }

  /** The sum of the files' sizes. */
  public long bytes() {
    return IntStream.range(0, entries.size()).mapToLong(entries::content).sum();
  }
}
