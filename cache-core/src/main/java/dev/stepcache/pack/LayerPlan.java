package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The files and links of one content layer, in the order of their names' bytes. A hard-link group
 * lies in one layer.
 */
public record LayerPlan(List<TreeEntry> entries) {
  private static final long SMALLEST_TARGET = 16 << 20;

  /** With borders at least half a target apart, no tree needs more than twice as many layers. */
  private static final int TARGETS = 48;

  public LayerPlan {
    // What a cut made is a list that nobody else can change, and far smaller than a copy.
    entries = entries instanceof Chosen ? entries : List.copyOf(entries);
  }

  /**
   * Cuts a tree into layers along its sorted names (docs/format.md, where layers are cut). A border
   * depends on names and sizes alone, so it moves with neither content nor times.
   */
  public static List<LayerPlan> cut(Tree tree) {
    return cut(tree, target(tree));
  }

  private static long target(Tree tree) {
    long total = tree.entries().stream().mapToLong(LayerPlan::size).sum();
    long target = SMALLEST_TARGET;
    while (target < total / TARGETS) {
      target *= 2;
    }
    return target;
  }

  static List<LayerPlan> cut(Tree tree, long target) {
    List<TreeEntry> entries = tree.entries();
    Map<EntryName, Positions> layerOfGroup = new HashMap<>();
    for (TreeEntry entry : entries) {
      if (entry instanceof TreeEntry.FileEntry file) {
        file.linkTo().ifPresent(first -> layerOfGroup.put(first, new Positions()));
      }
    }
    List<Positions> layers = new ArrayList<>();
    Positions current = new Positions();
    long length = 0;
    for (int at = 0; at < entries.size(); at++) {
      TreeEntry entry = entries.get(at);
      if (entry instanceof TreeEntry.FileEntry file && file.linkTo().isPresent()) {
        Objects.requireNonNull(layerOfGroup.get(file.linkTo().get())).add(at);
        continue;
      }
      long size = size(entry);
      boolean alone = size > target;
      if (!alone && length + size > 2 * target) {
        layers.add(current);
        current = new Positions();
        length = 0;
      }
      Positions layer = alone ? new Positions() : current;
      layer.add(at);
      layerOfGroup.replace(entry.name(), layer);
      if (alone) {
        layers.add(layer);
        continue;
      }
      length += size;
      if (length >= target / 2 && isBorder(entry.name(), size, target)) {
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
    return layers.stream().map(layer -> new LayerPlan(layer.in(entries))).toList();
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

    List<TreeEntry> in(List<TreeEntry> entries) {
      return new Chosen(entries, values);
    }
  }

  /** Some entries of a tree, made when they are asked for. */
  private static final class Chosen extends AbstractList<TreeEntry> implements RandomAccess {
    private final List<TreeEntry> entries;
    private final int[] positions;

    Chosen(List<TreeEntry> entries, int[] positions) {
      this.entries = entries;
      this.positions = positions;
    }

    @Override
    public TreeEntry get(int index) {
      return entries.get(positions[index]);
    }

    @Override
    public int size() {
      return positions.length;
    }
  }

  /** Whether a layer ends after this entry: as likely as the entry is large. */
  private static boolean isBorder(EntryName name, long size, long target) {
    long hash = ByteBuffer.wrap(Digest.sha256().digest(name.bytes())).getLong();
    // hash < 2^64 * size / target, exactly
    return Math.unsignedMultiplyHigh(hash, target) < size;
  }

  private static long size(TreeEntry entry) {
    return TarHeader.BLOCK
        + (entry instanceof TreeEntry.FileEntry file && file.linkTo().isEmpty()
            ? TarHeader.padded(file.size())
            : 0);
  }
}
