package dev.stepcache.pack;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the index of a tree whose layers were all packed afresh. */
public final class TreeIndexes {
  private TreeIndexes() {}

  /**
   * The index of layers in which everything is alive.
   *
   * @param plans in the order of the layers, with the entries in tar order
   */
  public static TreeIndex fresh(Tree tree, List<LayerPlan> plans, List<PackedLayer> packed) {
    List<TreeIndex.Layer> layers = new ArrayList<>();
    SortedMap<String, String> escaped = new TreeMap<>();
    for (int number = 0; number < plans.size(); number++) {
      List<TreeEntry> entries = plans.get(number).entries();
      BitSet live = new BitSet();
      live.set(0, entries.size());
      short[] modes = new short[entries.size()];
      long[] mtimes = new long[entries.size()];
      for (int at = 0; at < entries.size(); at++) {
        TreeEntry entry = entries.get(at);
        modes[at] = (short) (entry.mode() & 0777);
        mtimes[at] = entry.mtime();
        escape(entry.name(), escaped);
      }
      layers.add(
          new TreeIndex.Layer(packed.get(number).diffId(), entries.size(), live, modes, mtimes));
    }
    return new TreeIndex(
        List.of(), tree.entries().size(), bytes(tree), layers, tree.folders(), escaped);
  }

  /** The folders that no file or link lies below. */
  public static Set<String> emptyFolders(Tree tree) {
    Set<String> empty = new HashSet<>();
    tree.folders().forEach(folder -> empty.add(folder.name().value()));
    for (TreeEntry entry : tree.entries()) {
      String folder = entry.name().parent();
      while (!folder.isEmpty() && empty.remove(folder)) {
        folder = LayerWriter.parent(folder);
      }
    }
    return empty;
  }

  private static void escape(EntryName name, SortedMap<String, String> escaped) {
    if (OurNames.hasWhiteoutComponent(name.value())) {
      String stored = OurNames.escaped(name.value());
      escaped.put(stored.substring(OurNames.ESCAPED.length()), name.value());
    }
  }

  /** The sum of the files' sizes, each hard-link group once. */
  public static long bytes(Tree tree) {
    return tree.entries().stream()
        .mapToLong(entry ->
            entry instanceof TreeEntry.FileEntry file && file.linkTo().isEmpty() ? file.size() : 0)
        .sum();
  }
}
