package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The files and links of one content layer, in the order of their names' bytes. A hard-link group
 * lies in one layer.
 */
public record LayerPlan(List<TreeEntry> entries) {
  private static final long SMALLEST_TARGET = 16 << 20;

  /** With borders at least half a target apart, no tree needs more than twice as many layers. */
  private static final int TARGETS = 48;

  public LayerPlan {
    entries = List.copyOf(entries);
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
    Set<EntryName> firstOfGroup = new HashSet<>();
    for (TreeEntry entry : tree.entries()) {
      if (entry instanceof TreeEntry.FileEntry file) {
        file.linkTo().ifPresent(firstOfGroup::add);
      }
    }
    List<List<TreeEntry>> layers = new ArrayList<>();
    Map<EntryName, List<TreeEntry>> layerOfGroup = new HashMap<>();
    List<TreeEntry> current = new ArrayList<>();
    long length = 0;
    for (TreeEntry entry : tree.entries()) {
      if (entry instanceof TreeEntry.FileEntry file && file.linkTo().isPresent()) {
        Objects.requireNonNull(layerOfGroup.get(file.linkTo().get())).add(entry);
        continue;
      }
      long size = size(entry);
      boolean alone = size > target;
      if (!alone && length + size > 2 * target) {
        layers.add(current);
        current = new ArrayList<>();
        length = 0;
      }
      List<TreeEntry> layer = alone ? new ArrayList<>() : current;
      layer.add(entry);
      if (firstOfGroup.contains(entry.name())) {
        layerOfGroup.put(entry.name(), layer);
      }
      if (alone) {
        layers.add(layer);
        continue;
      }
      length += size;
      if (length >= target / 2 && isBorder(entry.name(), size, target)) {
        layers.add(current);
        current = new ArrayList<>();
        length = 0;
      }
    }
    if (!current.isEmpty()) {
      layers.add(current);
    }
    Comparator<TreeEntry> byName = Comparator.comparing(TreeEntry::name);
    layers.forEach(layer -> layer.sort(byName));
    layers.sort(Comparator.comparing(List::getFirst, byName));
    return layers.stream().map(LayerPlan::new).toList();
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
