package dev.stepcache.pack;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Where the content of each entry of a scanned tree lies: in a layer of the base, which is the
 * image that the tree was restored from or last saved as, or nowhere yet.
 */
public final class Placement {
  private static final short NOWHERE = -1;
  private static final int OWNER_EXECUTES = 0100;

  /** More than any image of ours has. */
  private static final int MOST_LAYERS = 1000;

  private final Tree tree;
  private final SavedModes modes;
  private final short[] layers;
  private final int[] positions;
  private final List<Doubt> doubts = new ArrayList<>();
  private final List<Gone> gone = new ArrayList<>();
  private final List<KnownLayer> base = new ArrayList<>();
  private Tree saved;
  private boolean untouched = true;
  private boolean sameNames = true;

  /** An entry that may have been touched: its content says where it lies. */
  private record Doubt(int at, byte[] sum) {}

  /** What a layer of the base has, dead or alive, and the tree has not. */
  private record Gone(String name, int layer) {}

  /** A layer as the local index knows it. */
  private static final class KnownLayer {
    private final BitSet live = new BitSet();
    private int entries;
    private long bytes;

    void add(KnownEntry entry) throws CorruptArchiveException {
      if (entry.position() != entries) {
        throw new CorruptArchiveException("the local index is out of order");
      }
      live.set(entries++, entry.live());
      bytes += LayerPlan.size(entry.kind() == EntryKind.FILE ? entry.size() : 0);
    }
  }

  private Placement(Tree tree) {
    int count = tree.entries().size();
    this.tree = tree;
    this.modes = new SavedModes(tree.entries());
    this.layers = new short[count];
    this.positions = new int[count];
    this.saved = with(tree, tree.folders(), modes);
    Arrays.fill(layers, NOWHERE);
  }

  private static Tree with(Tree tree, List<FolderEntry> folders, SavedModes modes) {
    return new Tree(tree.root(), folders, modes, tree.special(), tree.unreadable());
  }

  /** Of a tree of which nothing is known. */
  public static Placement nowhere(Tree tree) {
    Placement placement = new Placement(tree);
    placement.untouched = false;
    placement.sameNames = false;
    return placement;
  }

  /**
   * Of a tree in the light of a local index. What still has the mode that it was left with gets the
   * mode that was saved. What was left alone needs no look: it has its size, time and inode, and a
   * ctime before the watermark. The rest of what may lie in the base is in {@link #doubtful}.
   *
   * @return empty when the index cannot be understood
   */
  public static Optional<Placement> of(LocalIndex index, Tree tree) {
    try {
      Placement placement = new Placement(tree);
      placement.compareFolders(index);
      placement.compareEntries(index);
      return Optional.of(placement);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void compareFolders(LocalIndex index) {
    List<FolderEntry> folders = new ArrayList<>(tree.folders().size());
    for (FolderEntry folder : tree.folders()) {
      LocalIndex.SavedFolder before = index.folders().get(folder.name().value());
      sameNames &= before != null;
      boolean same = before != null && before.present() == folder.mode();
      untouched &= same;
      folders.add(
          same
              ? new FolderEntry(
                  folder.name(), Objects.requireNonNull(before).mode(), folder.mtime())
              : folder);
    }
    saved = with(tree, folders, modes);
    sameNames &= tree.folders().size() == index.folders().size();
    untouched &= sameNames;
  }

  /** Both are in the order of names, so they are merged. */
  private void compareEntries(LocalIndex index) throws IOException {
    LocalIndex.Entries known = index.entries();
    Optional<KnownEntry> next = next(known, Optional.empty());
    for (int at = 0; at < layers.length; at++) {
      TreeEntry entry = tree.entries().get(at);
      String name = entry.name().value();
      while (next.isPresent() && EntryName.compare(next.get().name(), name) < 0) {
        gone(next.get());
        next = next(known, next);
      }
      Optional<KnownEntry> live = Optional.empty();
      while (next.isPresent() && next.get().name().equals(name)) {
        if (next.get().live()) {
          live = next;
        }
        next = next(known, next);
      }
      if (live.isPresent()) {
        compare(at, entry, live.get(), index.watermark());
      } else {
        sameNames = false;
      }
    }
    while (next.isPresent()) {
      gone(next.get());
      next = next(known, next);
    }
    untouched &= sameNames;
  }

  private Optional<KnownEntry> next(LocalIndex.Entries known, Optional<KnownEntry> last)
      throws IOException {
    Optional<KnownEntry> next = known.next();
    if (next.isPresent()) {
      KnownEntry entry = next.get();
      if (last.isPresent() && !isAfter(entry, last.get())) {
        throw new CorruptArchiveException("the local index is out of order");
      }
      knownLayer(entry.layer()).add(entry);
    }
    return next;
  }

  private static boolean isAfter(KnownEntry entry, KnownEntry last) {
    int order = EntryName.compare(last.name(), entry.name());
    return order < 0 || (order == 0 && last.layer() < entry.layer());
  }

  private KnownLayer knownLayer(int number) throws CorruptArchiveException {
    if (number >= MOST_LAYERS) {
      throw new CorruptArchiveException("the local index has too many layers");
    }
    while (base.size() <= number) {
      base.add(new KnownLayer());
    }
    return base.get(number);
  }

  private void gone(KnownEntry known) {
    sameNames &= !known.live();
    gone.add(new Gone(known.name(), known.layer()));
  }

  private void compare(int at, TreeEntry entry, KnownEntry known, long watermark) {
    boolean sameMode = known.present() == entry.mode();
    int mode = sameMode ? known.mode() : entry.mode();
    if (sameMode) {
      modes.set(at, mode);
    }
    boolean same = known.isLike(entry) && isExecutable(mode) == isExecutable(known.mode());
    if (!same) {
      untouched = false;
      return;
    }
    layers[at] = (short) known.layer();
    positions[at] = known.position();
    boolean leftAlone = known.isUntouched(entry, watermark);
    untouched &= leftAlone && sameMode;
    if (leftAlone || known.kind() == EntryKind.HARD_LINK) {
      return;
    }
    if (entry instanceof SymlinkEntry link) {
      if (!known.hasSum(sum(link))) {
        layers[at] = NOWHERE;
      }
      return;
    }
    doubts.add(new Doubt(at, known.sum()));
  }

  private static boolean isExecutable(int mode) {
    return (mode & OWNER_EXECUTES) != 0;
  }

  static byte[] sum(SymlinkEntry link) {
    return Sums.ofTarget(link.target());
  }

  /** Whether nothing at all was touched, as far as names, times and numbers tell. */
  public boolean untouched() {
    return untouched;
  }

  /** How many files must be read to know where they lie. */
  public int doubtful() {
    return doubts.size();
  }

  public FileEntry doubtful(int number) {
    return (FileEntry) tree.entries().get(doubts.get(number).at());
  }

  /** Says what the content of a doubtful file is. Several threads may settle several files. */
  public void settle(int number, byte[] sha256) {
    Doubt doubt = doubts.get(number);
    if (!Arrays.equals(doubt.sum(), 0, Sums.SIZE, sha256, 0, Sums.SIZE)) {
      layers[doubt.at()] = NOWHERE;
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
      same = layer.entries() == known.entries && layer.live().equals(known.live);
    }
    return same;
  }

  /** A hard-link group whose names do not all lie in one layer is to be packed anew, whole. */
  public void keepGroupsWhole() {
    Map<EntryName, Integer> layerOfGroup = new HashMap<>();
    for (TreeEntry entry : tree.entries()) {
      first(entry).ifPresent(first -> layerOfGroup.put(first, (int) NOWHERE));
    }
    if (layerOfGroup.isEmpty()) {
      return;
    }
    for (int at = 0; at < layers.length; at++) {
      layerOfGroup.replace(tree.entries().get(at).name(), (int) layers[at]);
    }
    for (int at = 0; at < layers.length; at++) {
      int number = layers[at];
      first(tree.entries().get(at))
          .ifPresent(first ->
              layerOfGroup.computeIfPresent(
                  first, (name, layer) -> layer == number ? layer : (int) NOWHERE));
    }
    for (int at = 0; at < layers.length; at++) {
      TreeEntry entry = tree.entries().get(at);
      Integer layer = layerOfGroup.get(first(entry).orElse(entry.name()));
      if (layer != null && layer == NOWHERE) {
        layers[at] = NOWHERE;
      }
    }
  }

  private static Optional<EntryName> first(TreeEntry entry) {
    return entry instanceof FileEntry file ? file.linkTo() : Optional.empty();
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
   * How much of each layer of the base is alive, in bytes of its tar.
   *
   * @param blobs the compressed size of each layer
   */
  public List<Repacking.Candidate> candidates(List<Long> blobs) {
    long[] live = new long[blobs.size()];
    for (int at = 0; at < layers.length; at++) {
      if (layers[at] != NOWHERE) {
        live[layers[at]] += LayerPlan.size(tree.entries().get(at));
      }
    }
    List<Repacking.Candidate> candidates = new ArrayList<>();
    for (int number = 0; number < blobs.size(); number++) {
      long bytes = number < base.size() ? base.get(number).bytes : 0;
      candidates.add(new Repacking.Candidate(blobs.get(number), bytes, live[number]));
    }
    return candidates;
  }

  /** Bytes of tar that lie nowhere yet. */
  public long fresh() {
    long bytes = 0;
    for (int at = 0; at < layers.length; at++) {
      if (layers[at] == NOWHERE) {
        bytes += LayerPlan.size(tree.entries().get(at));
      }
    }
    return bytes;
  }

  /** The layers whose dead entries nothing would hide from every reader. */
  public BitSet unhidable() {
    BitSet numbers = new BitSet();
    Whiteouts whiteouts = new Whiteouts(tree);
    for (Gone one : gone) {
      Optional<String> hiding = whiteouts.hiding(one.name());
      if (!Whiteouts.canHide(hiding.orElse(one.name()))
          || OurNames.hasWhiteoutComponent(one.name())) {
        numbers.set(one.layer());
      }
    }
    return numbers;
  }

  /** Gives up layers of the base: what is alive in them is to be packed anew. */
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
    for (Gone one : gone) {
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

  /** The tree, with the modes that were saved. */
  public Tree tree() {
    return saved;
  }

  /** The tree as it was scanned. */
  Tree scanned() {
    return tree;
  }

  boolean isPlaced(int at) {
    return layers[at] != NOWHERE;
  }

  int layer(int at) {
    return layers[at];
  }

  int position(int at) {
    return positions[at];
  }
}
