package dev.stepcache.plan;

import dev.stepcache.format.EntryKind;
import dev.stepcache.format.LayerWriter;
import dev.stepcache.format.LocalIndexEntry;
import dev.stepcache.format.LocalIndexReader;
import dev.stepcache.format.LocalIndexWriter;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.oci.Digest;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntries;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the local index of a tree that was just saved: then the next upload builds on this one.
 *
 * @param placement of the tree
 * @param base the local index that the placement was made from
 * @param live the layers of the base that come first in the image
 * @param plans of the layers that follow
 * @param packed what became of the plans
 */
public record SavedIndex(
    Placement placement,
    Optional<LocalIndexReader> base,
    BitSet live,
    List<LayerPlan> plans,
    List<PackedLayer> packed) {

  /**
   * Writes the index, whole or not at all.
   *
   * @param image that was saved
   * @param watermark the ctime of a file made before the tree was scanned: what is older then was
   *     seen as it still is
   * @param ctimes of the tree: what was changed so shortly before that somebody's mapping of it may
   *     still be written to unnoticed is called unsettled
   */
  public void write(Path file, Digest image, long watermark, Ctimes ctimes) throws IOException {
    long settled = ctimes.settledBefore(watermark);
    Tree scanned = placement.scanned();
    Tree saved = placement.tree();
    try (LocalIndexWriter out = new LocalIndexWriter(file)) {
      out.begin(image, watermark, saved.folders().size());
      Map<String, Integer> present = new HashMap<>();
      scanned.folders().forEach(folder -> present.put(folder.name().value(), folder.mode()));
      for (FolderEntry folder : saved.folders()) {
        String name = folder.name().value();
        out.folder(
            name, folder.mode() & 0777, present.getOrDefault(name, folder.mode()), folder.mtime());
      }
      if (base.isPresent()) {
        merged(out, base.get().entries(), settled);
      } else {
        Packed fresh = new Packed(settled);
        for (int at = 0; at < scanned.entries().size(); at++) {
          fresh.write(out, at);
        }
      }
      out.finish();
    }
  }

  /** What the base knows and what was packed now, both in the order of names. */
  private void merged(LocalIndexWriter out, LocalIndexReader.Entries known, long settled)
      throws IOException {
    Packed fresh = new Packed(settled);
    int[] numbers = numbers();
    TreeEntries entries = placement.scanned().entries();
    int at = 0;
    while (known.advance()) {
      LocalIndexEntry entry = known.entry();
      int order = 1;
      while (at < entries.size() && (order = entry.order(entries, at)) < 0) {
        if (!placement.isPlaced(at)) {
          fresh.write(out, at);
        }
        at++;
      }
      int number = entry.layer() < numbers.length ? numbers[entry.layer()] : -1;
      if (number < 0) {
        continue;
      }
      boolean there = at < entries.size() && order == 0 && entry.isLive() && placement.isPlaced(at);
      entry.in(number);
      if (there) {
        live(entry, at, settled);
      }
      out.entry(entry);
    }
    for (; at < entries.size(); at++) {
      if (!placement.isPlaced(at)) {
        fresh.write(out, at);
      }
    }
  }

  /** Makes it the entry of what is saved and on disk now. */
  private void live(LocalIndexEntry entry, int at, long settled) {
    TreeEntries scanned = placement.scanned().entries();
    TreeEntries saved = placement.tree().entries();
    entry.live(
        saved.mode(at) & 0777,
        scanned.mode(at),
        saved.mtime(at),
        scanned.mtime(at),
        inode(scanned, at, settled));
  }

  /** An entry's inode, if what the entry looks like will tell whether its content is another. */
  private long inode(TreeEntries entries, int at, long settled) {
    return placement.isLeftAlone(at) || entries.ctime(at) < settled || entries.isSymlink(at)
        ? entries.inode(at)
        : LocalIndexEntry.UNSETTLED;
  }

  /** The number in the image of each layer of the base; -1 of those that are in it no more. */
  private int[] numbers() {
    int[] numbers = new int[live.length()];
    Arrays.fill(numbers, -1);
    int number = 0;
    for (int layer = live.nextSetBit(0); layer >= 0; layer = live.nextSetBit(layer + 1)) {
      numbers[layer] = number++;
    }
    return numbers;
  }

  /** The entries that were packed now, in the order of their names; by their rows. */
  private final class Packed {
    private final short[] layers;
    private final int[] positions;
    private final int[] files;
    private final int before = live.cardinality();
    private final LocalIndexEntry entry = new LocalIndexEntry();
    private final long settled;

    Packed(long settled) {
      this.settled = settled;
      int rows = placement.scanned().entries().rows();
      this.layers = new short[rows];
      this.positions = new int[rows];
      this.files = new int[plans.size()];
      for (int number = 0; number < plans.size(); number++) {
        TreeEntries entries = plans.get(number).entries();
        for (int at = 0; at < entries.size(); at++) {
          layers[entries.row(at)] = (short) number;
          positions[entries.row(at)] = at;
        }
      }
    }

    void write(LocalIndexWriter out, int at) throws IOException {
      TreeEntries scanned = placement.scanned().entries();
      int row = scanned.row(at);
      int number = layers[row];
      EntryKind kind =
          scanned.isHardLink(at)
              ? EntryKind.HARD_LINK
              : scanned.isSymlink(at) ? EntryKind.SYMLINK : EntryKind.FILE;
      entry
          .of(LayerWriter.utf8(scanned.name(at)))
          .at(before + number, positions[row], kind, scanned.content(at));
      live(entry, at, settled);
      switch (kind) {
        case FILE -> entry.sum(packed.get(number).sums().sum(files[number]++), 0);
        case SYMLINK -> entry.sum(Comparison.sum((SymlinkEntry) scanned.get(at)), 0);
        case HARD_LINK -> entry.linkTarget(scanned.firstName(at).value());
      }
      out.entry(entry);
    }
  }
}
