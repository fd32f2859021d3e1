package dev.stepcache.plan;

import dev.stepcache.format.ReservedNames;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the content of each entry of a scanned tree lies: in a layer of the base, which is the
 * image that the tree was restored from or last saved as, or nowhere yet.
 */
public final class Placement {
  static final short NOWHERE = -1;

  private final Tree tree;
  private final Tree saved;
  private final short[] layers;
  private final int[] positions;
  private final Base base;
  private final BitSet leftAlone;

  /** What a layer of the base has, dead or live, and the tree has not. */
  record Removed(String name, int layer) {}

  /**
   * The base, as the local index knows it.
   *
   * @param layers as far as the index has entries of them
   * @param sameNames whether the tree has its names and no others
   */
  record Base(List<KnownLayer> layers, List<Removed> removed, boolean sameNames) {
    static final Base NONE = new Base(List.of(), List.of(), false);

    Base {
      layers = List.copyOf(layers);
      removed = List.copyOf(removed);
    }
  }

  /**
   * @param tree as it was scanned
   * @param saved the same with the modes and times that were saved
   * @param layers of each entry; {@link #NOWHERE} where it lies in none
   * @param positions of each entry in its layer
   * @param leftAlone the entries that nobody can have written to since the local index was left
   */
  Placement(Tree tree, Tree saved, short[] layers, int[] positions, Base base, BitSet leftAlone) {
    this.tree = tree;
    this.saved = saved;
    this.layers = layers;
    this.positions = positions;
    this.base = base;
    this.leftAlone = leftAlone;
  }

  /** Of a tree of which nothing is known. */
  public static Placement nowhere(Tree tree) {
    int count = tree.entries().size();
    short[] layers = new short[count];
    Arrays.fill(layers, NOWHERE);
    return new Placement(tree, tree, layers, new int[count], Base.NONE, new BitSet());
  }

  /** Whether the tree has the base's names with the base's contents; times and modes aside. */
  public boolean hasSameContent() {
    boolean same = base.sameNames();
    for (int at = 0; same && at < layers.length; at++) {
      same = layers[at] != NOWHERE;
    }
    return same;
  }

  /**
   * How much of each layer of the base is live, in bytes of its tar.
   *
   * @param blobs the compressed size of each layer
   */
  public List<Repacking.Candidate> candidates(List<Long> blobs) {
    TreeEntries entries = tree.entries();
    long[] live = new long[blobs.size()];
    for (int at = 0; at < layers.length; at++) {
      if (layers[at] != NOWHERE) {
        live[layers[at]] += LayerPlan.size(entries.content(at));
      }
    }
    List<Repacking.Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < blobs.size(); number++) {
      long bytes = number < base.layers().size() ? base.layers().get(number).bytes() : 0;
      candidates.add(new Repacking.Candidate(blobs.get(number), bytes, live[number]));
    }
    return candidates;
  }

  /** Bytes of tar that lie nowhere yet. */
  public long fresh() {
    TreeEntries entries = tree.entries();
    long bytes = 0;
    for (int at = 0; at < layers.length; at++) {
      if (layers[at] == NOWHERE) {
        bytes += LayerPlan.size(entries.content(at));
      }
    }
    return bytes;
  }

  /** The layers whose dead entries nothing would hide from every reader. */
  public BitSet cannotWhiteOut() {
    BitSet numbers = new BitSet();
    Whiteouts whiteouts = new Whiteouts(tree);
    for (Removed one : base.removed()) {
      Optional<String> hiding = whiteouts.hiding(one.name());
      if (!Whiteouts.canHide(hiding.orElse(one.name()))
          || ReservedNames.hasWhiteoutComponent(one.name())) {
        numbers.set(one.layer());
      }
    }
    return numbers;
  }

  /** The same without some layers of the base: what is live in them is packed anew. */
  public Placement repacking(BitSet numbers) {
    short[] others = layers.clone();
    for (int at = 0; at < others.length; at++) {
      if (others[at] != NOWHERE && numbers.get(others[at])) {
        others[at] = NOWHERE;
      }
    }
    return new Placement(tree, saved, others, positions, base, leftAlone);
  }

  /** The layers of the base that something of the tree lies in. */
  public BitSet live() {
    BitSet live = new BitSet();
    for (short layer : layers) {
      if (layer != NOWHERE) {
        live.set(layer);
      }
    }
    return live;
  }

  /** The names to hide in the layers that are live. */
  public Set<String> whiteouts() {
    BitSet live = live();
    Whiteouts whiteouts = new Whiteouts(tree);
    Set<String> names = new HashSet<>();
    for (Removed one : base.removed()) {
      if (live.get(one.layer())) {
        whiteouts.hiding(one.name()).ifPresent(names::add);
      }
    }
    return names;
  }

  /** Cuts what lies nowhere into layers. */
  public List<LayerPlan> plans() {
    BitSet nowhere = new BitSet();
    for (int at = 0; at < layers.length; at++) {
      nowhere.set(at, layers[at] == NOWHERE);
    }
    return LayerPlan.cutChosen(tree(), nowhere);
  }

  /** The tree, with the modes and times that were saved. */
  public Tree tree() {
    return saved;
  }

  /** The tree as it was scanned. */
  Tree scanned() {
    return tree;
  }

  /**
   * Whether nobody can have written to an entry since the index was left, through a mapping too.
   */
  boolean isLeftAlone(int at) {
    return leftAlone.get(at);
  }

  /** Whether an entry lies in a layer of the base; if not, it is to be packed. */
  public boolean isPlaced(int at) {
    return layers[at] != NOWHERE;
  }

  int layer(int at) {
    return layers[at];
  }

  int position(int at) {
    return positions[at];
  }
}
