package dev.stepcache.plan;

import static dev.stepcache.plan.Comparison.NOWHERE;

import dev.stepcache.format.LocalIndex;
import dev.stepcache.format.ReservedNames;
import dev.stepcache.format.Sums;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.io.IOException;
import java.util.ArrayList;
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
  private final Tree tree;
  private final Tree saved;
  private final short[] layers;
  private final int[] positions;
  private final List<Comparison.Unverified> unverified;
  private final List<Comparison.Removed> removed;
  private final List<KnownLayer> base;
  private final boolean untouched;
  private final boolean sameNames;
  private final BitSet leftAlone;

  private Placement(Tree tree, Comparison comparison) {
    this.tree = tree;
    this.saved = comparison.saved();
    this.layers = comparison.layers();
    this.positions = comparison.positions();
    this.unverified = comparison.unverified();
    this.removed = comparison.removed();
    this.base = comparison.base();
    this.untouched = comparison.untouched();
    this.sameNames = comparison.sameNames();
    this.leftAlone = comparison.leftAlone();
  }

  /** Of a tree of which nothing is known. */
  public static Placement nowhere(Tree tree) {
    return new Placement(tree, Comparison.withNothing(tree));
  }

  /**
   * Of a tree in the light of a local index. What still has the mode that it was left with gets the
   * mode that was saved. What was left alone needs no look: it has its size, time and inode, and a
   * ctime before the watermark. The rest of what may lie in the base is in {@link #unverified}.
   *
   * @param ctimes whose ctime says nothing is in doubt, whatever it is
   * @return empty when the index cannot be understood
   */
  public static Optional<Placement> of(LocalIndex index, Tree tree, Ctimes ctimes) {
    try {
      return Optional.of(new Placement(tree, Comparison.of(index, tree, ctimes)));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether nothing at all was touched, as far as names, times and numbers tell. */
  public boolean untouched() {
    return untouched;
  }

  /** How many files must be read to know where they lie. */
  public int unverified() {
    return unverified.size();
  }

  public FileEntry unverified(int number) {
    return (FileEntry) tree.entries().get(unverified.get(number).at());
  }

  /** Says what the content of an unverified file is. Several threads may verify several files. */
  public void verifyContent(int number, byte[] sha256) {
    Comparison.Unverified one = unverified.get(number);
    if (!Sums.isSame(one.sum(), sha256)) {
      layers[one.at()] = NOWHERE;
      saved.entries().resetTime(one.at());
    }
  }

  /**
   * Whether an image's index is the one whose layers this placement means.
   *
   * @param index of the base
   */
  public boolean agreesWith(TreeIndex index) {
    boolean same = base.size() <= index.layers().size();
    for (int number = 0; same && number < index.layers().size(); number++) {
      TreeIndex.Layer layer = index.layers().get(number);
      KnownLayer known = number < base.size() ? base.get(number) : new KnownLayer();
      same = known.agreesWith(layer);
    }
    return same;
  }

  /** A hard-link group whose names do not all lie in one layer is to be packed anew, whole. */
  public void keepGroupsWhole() {
    HardLinkGroups.keepWhole(tree.entries(), layers);
  }

  /** Whether the tree has the base's names with the base's contents; times and modes aside. */
  public boolean hasSameContent() {
    boolean same = sameNames;
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
      long bytes = number < base.size() ? base.get(number).bytes() : 0;
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
    for (Comparison.Removed one : removed) {
      Optional<String> hiding = whiteouts.hiding(one.name());
      if (!Whiteouts.canHide(hiding.orElse(one.name()))
          || ReservedNames.hasWhiteoutComponent(one.name())) {
        numbers.set(one.layer());
      }
    }
    return numbers;
  }

  /** Gives up layers of the base: what is live in them is to be packed anew. */
  public void giveUp(BitSet numbers) {
    for (int at = 0; at < layers.length; at++) {
      if (layers[at] != NOWHERE && numbers.get(layers[at])) {
        layers[at] = NOWHERE;
      }
    }
  }

  /** The layers of the base that something of the tree lies in. */
  public BitSet kept() {
    BitSet kept = new BitSet();
    for (short layer : layers) {
      if (layer != NOWHERE) {
        kept.set(layer);
      }
    }
    return kept;
  }

  /** The names to hide in the layers that are kept. */
  public Set<String> whiteouts() {
    BitSet kept = kept();
    Whiteouts whiteouts = new Whiteouts(tree);
    Set<String> names = new HashSet<>();
    for (Comparison.Removed one : removed) {
      if (kept.get(one.layer())) {
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
    return LayerPlan.cut(tree(), nowhere);
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
