package dev.stepcache.plan;

import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the index of a tree. */
public final class TreeIndexer {
  private TreeIndexer() {}

  /**
   * The index of a tree.
   *
   * @param base the layers of the base, in order
   * @param kept those of them that come first
   * @param plans of the layers that follow, in order
   * @param packed what became of the plans
   */
  public static TreeIndex of(
      Placement placement,
      List<TreeIndex.Layer> base,
      BitSet kept,
      List<LayerPlan> plans,
      List<PackedLayer> packed) {
    Tree tree = placement.tree();
    SortedMap<String, String> escaped = new TreeMap<>();
    TreeEntries named = tree.entries();
    for (int at = 0; at < named.size(); at++) {
      if (ReservedNames.isWhiteoutComponent(named.component(at))
          || ReservedNames.hasWhiteoutComponent(named.parent(at))) {
        String stored = ReservedNames.escaped(named.name(at));
        escaped.put(stored.substring(ReservedNames.ESCAPED.length()), named.name(at));
      }
    }
    List<TreeIndex.Layer> layers = new ArrayList<>(kept(placement, base, kept));
    for (int number = 0; number < plans.size(); number++) {
      TreeEntries entries = plans.get(number).entries();
      Column column = new Column(packed.get(number).diffId(), entries.size(), entries.size());
      for (int at = 0; at < entries.size(); at++) {
        column.add(at, entries.mode(at), entries.mtime(at));
      }
      layers.add(column.layer());
    }
    return new TreeIndex(
        tree.roots().names(), tree.entries().size(), tree.bytes(), layers, tree.folders(), escaped);
  }

  /** In each layer entries lie in the order of their names, as they do in the tree. */
  private static List<TreeIndex.Layer> kept(
      Placement placement, List<TreeIndex.Layer> base, BitSet kept) {
    TreeEntries entries = placement.tree().entries();
    int[] live = new int[base.size()];
    for (int at = 0; at < entries.size(); at++) {
      if (placement.isPlaced(at)) {
        live[placement.layer(at)]++;
      }
    }
    List<Column> columns = new ArrayList<>();
    for (int number = 0; number < base.size(); number++) {
      TreeIndex.Layer layer = base.get(number);
      columns.add(new Column(layer.diffId(), layer.entries(), live[number]));
    }
    for (int at = 0; at < entries.size(); at++) {
      if (placement.isPlaced(at)) {
        columns
            .get(placement.layer(at))
            .add(placement.position(at), entries.mode(at), entries.mtime(at));
      }
    }
    return kept.stream().mapToObj(number -> columns.get(number).layer()).toList();
  }

  /** What is live in a layer, filled in tar order. */
  private static final class Column {
    private final Digest diffId;
    private final int entries;
    private final BitSet live = new BitSet();
    private final short[] modes;
    private final long[] mtimes;
    private int size;

    Column(Digest diffId, int entries, int live) {
      this.diffId = diffId;
      this.entries = entries;
      this.modes = new short[live];
      this.mtimes = new long[live];
    }

    void add(int position, int mode, long mtime) {
      live.set(position);
      modes[size] = (short) (mode & 0777);
      mtimes[size++] = mtime;
    }

    TreeIndex.Layer layer() {
      return new TreeIndex.Layer(diffId, entries, live, modes, mtimes);
    }
  }
}
