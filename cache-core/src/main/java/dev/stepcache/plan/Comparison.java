package dev.stepcache.plan;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.format.EntryKind;
import dev.stepcache.format.LocalIndex;
import dev.stepcache.format.Sums;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.tree.GoBuildCache;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/** What a local index says of a scanned tree, without reading a file. */
final class Comparison {
  static final short NOWHERE = -1;

  private static final int OWNER_EXECUTES = 0100;

  /** More than any image of ours has. */
  private static final int MOST_LAYERS = 1000;

  /** An entry that may have been touched: its content says where it lies. */
  record Unverified(int at, byte[] sum) {}

  /** What a layer of the base has, dead or alive, and the tree has not. */
  record Removed(String name, int layer) {}

  private final Tree tree;
  private final Ctimes ctimes;
  private final BitSet leftAlone = new BitSet();
  private final TreeEntries savedEntries;
  private final short[] layers;
  private final int[] positions;
  private final List<Unverified> unverified = new ArrayList<>();
  private final List<Removed> removed = new ArrayList<>();
  private final List<KnownLayer> base = new ArrayList<>();
  private Tree saved;
  private boolean untouched = true;
  private boolean sameNames = true;

  private Comparison(Tree tree, Ctimes ctimes) {
    int count = tree.entries().size();
    this.tree = tree;
    this.ctimes = ctimes;
    this.savedEntries = tree.entries().withAttributes();
    this.layers = new short[count];
    this.positions = new int[count];
    this.saved = with(tree.folders());
    Arrays.fill(layers, NOWHERE);
  }

  private Tree with(List<FolderEntry> folders) {
    return new Tree(
        tree.roots(), folders, savedEntries, tree.special(), tree.unreadable(), tree.mounted());
  }

  /** That with no index: nothing is known. */
  static Comparison withNothing(Tree tree) {
    Comparison comparison = new Comparison(tree, Ctimes.TRUSTED);
    comparison.untouched = false;
    comparison.sameNames = false;
    return comparison;
  }

  /**
   * @throws IOException when the index cannot be understood
   */
  static Comparison of(LocalIndex index, Tree tree, Ctimes ctimes) throws IOException {
    Comparison comparison = new Comparison(tree, ctimes);
    comparison.folders(index);
    comparison.entries(index);
    return comparison;
  }

  private void folders(LocalIndex index) {
    List<FolderEntry> folders = new ArrayList<>(tree.folders().size());
    for (FolderEntry folder : tree.folders()) {
      LocalIndex.SavedFolder before = index.folders().get(folder.name().value());
      sameNames &= before != null;
      boolean same = before != null && before.present() == folder.mode();
      untouched &= same;
      folders.add(
          same
              ? new FolderEntry(
                  folder.name(),
                  Objects.requireNonNull(before).mode(),
                  GoBuildCache.isEntry(folder.name().value()) ? before.time() : folder.mtime())
              : folder);
    }
    saved = with(folders);
    sameNames &= tree.folders().size() == index.folders().size();
    untouched &= sameNames;
  }

  /** Both are in the order of names, so they are merged. */
  private void entries(LocalIndex index) throws IOException {
    LocalIndex.Entries known = index.entries();
    TreeEntries entries = tree.entries();
    boolean more = next(known);
    for (int at = 0; at < layers.length; at++) {
      boolean found = false;
      for (int order = 0; more && (order = known.order(entries, at)) >= 0; more = next(known)) {
        if (order > 0) {
          removed(known);
        } else if (known.live()) {
          if (found) {
            throw new CorruptArchiveException("the local index has an entry alive twice");
          }
          found = true;
          compare(entries, at, known);
        }
      }
      sameNames &= found;
    }
    for (; more; more = next(known)) {
      removed(known);
    }
    untouched &= sameNames;
  }

  private boolean next(LocalIndex.Entries known) throws IOException {
    boolean more = known.advance();
    if (more) {
      knownLayer(known.layer()).add(known.position(), known.live(), known.content());
    }
    return more;
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

  private void removed(LocalIndex.Entries known) {
    sameNames &= !known.live();
    removed.add(new Removed(known.name(), known.layer()));
  }

  private void compare(TreeEntries entries, int at, LocalIndex.Entries known) {
    boolean sameMode = known.present() == entries.mode(at);
    int mode = sameMode ? known.mode() : entries.mode(at);
    if (sameMode) {
      savedEntries.setMode(at, mode);
    }
    if (!known.isLike(entries, at) || isExecutable(mode) != isExecutable(known.mode())) {
      untouched = false;
      return;
    }
    layers[at] = (short) known.layer();
    positions[at] = known.position();
    if (known.time() != entries.mtime(at) && isNoChange(entries, at, known)) {
      savedEntries.setTime(at, known.time());
    }
    boolean alone =
        known.isUntouched(entries, at) && (entries.isSymlink(at) || ctimes.tell(entries, at));
    untouched &= alone && sameMode;
    leftAlone.set(at, alone);
    if (alone || known.kind() == EntryKind.HARD_LINK) {
      return;
    }
    if (entries.get(at) instanceof SymlinkEntry link) {
      if (!Sums.isSame(known.sum(), sum(link))) {
        layers[at] = NOWHERE;
      }
      return;
    }
    unverified.add(new Unverified(at, known.sum()));
  }

  /** Whether another time than the saved one says nothing: a restore, or a use by Go, set it. */
  private static boolean isNoChange(TreeEntries entries, int at, LocalIndex.Entries known) {
    return !entries.isSymlink(at)
        && (entries.mtime(at) == known.mtime() || GoBuildCache.isEntry(known.name()));
  }

  private static boolean isExecutable(int mode) {
    return (mode & OWNER_EXECUTES) != 0;
  }

  static byte[] sum(SymlinkEntry link) {
    return Sums.ofTarget(link.target());
  }

  /** The tree, with the modes and times that were saved. */
  Tree saved() {
    return saved;
  }

  /** Of each entry the layer that it may lie in; {@link #NOWHERE} where that is none. */
  short[] layers() {
    return layers;
  }

  /** Of each entry its place in its layer. */
  int[] positions() {
    return positions;
  }

  List<Unverified> unverified() {
    return unverified;
  }

  List<Removed> removed() {
    return removed;
  }

  /** The base's layers, as far as the index has entries of them. */
  List<KnownLayer> base() {
    return base;
  }

  /** The entries that need no look. */
  BitSet leftAlone() {
    return leftAlone;
  }

  boolean untouched() {
    return untouched;
  }

  boolean sameNames() {
    return sameNames;
  }
}
