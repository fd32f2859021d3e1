package dev.stepcache.plan;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.format.EntryKind;
import dev.stepcache.format.LocalIndexEntry;
import dev.stepcache.format.LocalIndexReader;
import dev.stepcache.format.Sums;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.tree.GoBuildCache;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a local index says of a scanned tree, without reading a file: what still has the mode that
 * it was left with gets the mode that was saved; what was left alone needs no look, since it has
 * its size, time and inode, and a ctime before the watermark. The files that may have been touched
 * are {@link #unverified}: with their sums a {@link Placement} is made of it, once.
 */
public final class Comparison {

  private static final int OWNER_EXECUTES = 0100;

  /** More than any image of ours has. */
  private static final int MOST_LAYERS = 1000;

  /** An entry that may have been touched: its content says where it lies. */
  private record Unverified(int at, byte[] sum) {}

  private final Tree tree;
  private final Ctimes ctimes;
  private final BitSet leftAlone = new BitSet();
  private final TreeEntries savedEntries;
  private final short[] layers;
  private final int[] positions;
  private final List<Unverified> unverified = new ArrayList<>();
  private final List<Placement.Removed> removed = new ArrayList<>();
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
    Arrays.fill(layers, Placement.NOWHERE);
  }

  private Tree with(List<FolderEntry> folders) {
    return new Tree(
        tree.roots(), folders, savedEntries, tree.special(), tree.unreadable(), tree.mounted());
  }

  /**
   * Compares a tree with a local index, which is read to its end.
   *
   * @param ctimes whose ctime says nothing is in doubt, whatever it is
   * @return empty when the index cannot be understood
   */
  public static Optional<Comparison> of(LocalIndexReader index, Tree tree, Ctimes ctimes) {
    Comparison comparison = new Comparison(tree, ctimes);
    try {
      comparison.folders(index);
      comparison.entries(index);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(comparison);
  }

  private void folders(LocalIndexReader index) {
    List<FolderEntry> folders = new ArrayList<>(tree.folders().size());
    for (FolderEntry folder : tree.folders()) {
      LocalIndexReader.SavedFolder before = index.folders().get(folder.name().value());
      sameNames &= before != null;
      boolean same = before != null && before.modeOnDisk() == folder.mode();
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
  private void entries(LocalIndexReader index) throws IOException {
    LocalIndexReader.Entries known = index.entries();
    TreeEntries entries = tree.entries();
    boolean more = next(known);
    for (int at = 0; at < layers.length; at++) {
      boolean found = false;
      for (int order = 0;
          more && (order = known.entry().order(entries, at)) >= 0;
          more = next(known)) {
        if (order > 0) {
          removed(known.entry());
        } else if (known.entry().isLive()) {
          if (found) {
            throw new CorruptArchiveException("the local index has an entry live twice");
          }
          found = true;
          compare(index, at, known.entry());
        }
      }
      sameNames &= found;
    }
    for (; more; more = next(known)) {
      removed(known.entry());
    }
    untouched &= sameNames;
  }

  private boolean next(LocalIndexReader.Entries known) throws IOException {
    boolean more = known.advance();
    if (more) {
      LocalIndexEntry entry = known.entry();
      knownLayer(entry.layer()).add(entry.position(), entry.isLive(), entry.content());
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

  private void removed(LocalIndexEntry known) {
    sameNames &= !known.isLive();
    removed.add(new Placement.Removed(known.name(), known.layer()));
  }

  private void compare(LocalIndexReader index, int at, LocalIndexEntry known) {
    TreeEntries entries = tree.entries();
    boolean sameMode = known.modeOnDisk() == entries.mode(at);
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
        index.isUntouched(known, entries, at)
            && (entries.isSymlink(at) || ctimes.tell(entries, at));
    untouched &= alone && sameMode;
    leftAlone.set(at, alone);
    if (alone || known.kind() == EntryKind.HARD_LINK) {
      return;
    }
    if (entries.get(at) instanceof SymlinkEntry link) {
      if (!Sums.isSame(known.sum(), sum(link))) {
        layers[at] = Placement.NOWHERE;
      }
      return;
    }
    unverified.add(new Unverified(at, known.sum()));
  }

  /** Whether another time than the saved one says nothing: a restore, or a use by Go, set it. */
  private static boolean isNoChange(TreeEntries entries, int at, LocalIndexEntry known) {
    return !entries.isSymlink(at)
        && (entries.mtime(at) == known.mtime() || GoBuildCache.isEntry(known.name()));
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
  public int unverified() {
    return unverified.size();
  }

  /** The file of that number, from 0, whose sum is asked for. */
  public FileEntry unverified(int number) {
    return (FileEntry) tree.entries().get(unverified.get(number).at());
  }

  /**
   * Whether an image's index is the one whose layers the local index means.
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

  /**
   * Where everything lies, now that all is known. A hard-link group whose names do not all lie in
   * one layer lies nowhere: it is packed anew, whole.
   *
   * @param sums the SHA-256 of each of the {@link #unverified} files, by its number
   */
  public Placement placement(List<byte[]> sums) {
    for (int number = 0; number < unverified.size(); number++) {
      Unverified one = unverified.get(number);
      if (!Sums.isSame(one.sum(), sums.get(number))) {
        layers[one.at()] = Placement.NOWHERE;
        savedEntries.resetTime(one.at());
      }
    }
    HardLinkGroups.keepWhole(tree.entries(), layers);
    return new Placement(
        tree, saved, layers, positions, new Placement.Base(base, removed, sameNames), leftAlone);
  }

  /** The same where nothing of the base can be used: all is packed anew. */
  public Placement withoutBase() {
    Arrays.fill(layers, Placement.NOWHERE);
    return new Placement(tree, saved, layers, positions, Placement.Base.NONE, leftAlone);
  }
}
