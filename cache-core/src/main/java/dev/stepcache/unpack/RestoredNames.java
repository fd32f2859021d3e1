package dev.stepcache.unpack;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.LimitException;
import dev.stepcache.format.EntryKind;
import dev.stepcache.format.LocalIndexEntry;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.Sums;
import dev.stepcache.format.VarintReader;
import dev.stepcache.format.VarintWriter;
import dev.stepcache.syscall.FileIdentity;
import dev.stepcache.tree.EntryName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The entries of one layer, dead ones too, in tar order, which is that of their names' bytes, with
 * what the live ones became and the sums of the files; front-coded, since there may be many.
 */
public final class RestoredNames {
  private static final int LIVE = 4;

  /** What stands beside a name and a target: lengths, kind, mode, inode, time and size. */
  private static final int NUMBERS = 24;

  private final MemoryBudget memory;
  private VarintWriter names = new VarintWriter();
  private byte[] all = {};
  private byte[] last = {};
  private byte[] sums = {};

  /**
   * @param memory what the names may hold of the heap
   */
  public RestoredNames(MemoryBudget memory) {
    this.memory = memory;
  }

  private void add(EntryName name, EntryKind kind, Optional<FileIdentity> made)
      throws LimitException {
    byte[] bytes = name.bytes();
    int shared = Arrays.mismatch(last, bytes);
    shared = shared < 0 ? bytes.length : shared;
    memory.take(bytes.length - shared + NUMBERS);
    names.add(shared).add(bytes, shared).add(kind.number() | (made.isPresent() ? LIVE : 0));
    last = bytes;
    if (made.isPresent()) {
      FileIdentity there = made.get();
      names.add(there.mode()).add(there.inode()).add(there.mtime());
    }
  }

  /**
   * @param made what became of it; empty of a dead one, here and below
   */
  public void file(EntryName name, long size, Optional<FileIdentity> made) throws LimitException {
    add(name, EntryKind.FILE, made);
    names.add(size);
  }

  /**
   * @param target where it leads
   * @param made what became of it; empty of a dead one
   */
  public void symlink(EntryName name, String target, Optional<FileIdentity> made)
      throws LimitException {
    add(name, EntryKind.SYMLINK, made);
    if (made.isPresent()) {
      memory.take(target.length());
      names.add(target);
    }
  }

  /**
   * @param linkTarget the name of the file that it is another name of
   */
  public void hardLink(EntryName name, String linkTarget, Optional<FileIdentity> made)
      throws LimitException {
    add(name, EntryKind.HARD_LINK, made);
    if (made.isPresent()) {
      memory.take(linkTarget.length());
      names.add(linkTarget);
    }
  }

  /** Ends the names. */
  public void sums(byte[] all) throws LimitException {
    memory.take(all.length);
    this.sums = all;
    this.all = names.toBytes();
    this.names = new VarintWriter();
  }

  /** All of them, in tar order; once the names have ended. */
  List<LayerEntry> entries() throws CorruptArchiveException {
    List<LayerEntry> entries = new ArrayList<>();
    for (Cursor cursor = cursor(0); cursor.next(); ) {
      entries.add(cursor.layerEntry());
    }
    return entries;
  }

  Cursor cursor(int layer) {
    return new Cursor(layer);
  }

  /** Goes through the entries once. */
  final class Cursor implements Comparable<Cursor> {
    private final int layer;
    private final VarintReader in = new VarintReader(all);
    private final LocalIndexEntry entry = new LocalIndexEntry();
    private byte[] name = {};
    private int file = -1;
    private int position = -1;
    private String target = "";

    private Cursor(int layer) {
      this.layer = layer;
    }

    /** Goes to the next entry; of a live one the saved mode and time are still to be told. */
    boolean next() throws CorruptArchiveException {
      if (!in.hasMore()) {
        return false;
      }
      position++;
      name = in.sharing(name, EntryName.LONGEST);
      int what = in.bounded(2 * LIVE);
      EntryKind kind = EntryKind.of(what % LIVE);
      boolean live = what >= LIVE;
      int mode = live ? in.bounded(07777) : 0;
      long inode = live ? in.next() : 0;
      long mtime = live ? in.next() : 0;
      long size = kind == EntryKind.FILE ? in.next() : 0;
      target = live && kind != EntryKind.FILE ? in.text() : "";
      file += kind == EntryKind.FILE ? 1 : 0;
      entry.of(name).at(layer, position, kind, size);
      if (live) {
        entry.live(mode, mode, mtime, mtime, inode);
        switch (kind) {
          case FILE -> entry.sum(sums, file * Sums.SIZE);
          case SYMLINK -> entry.sum(Sums.ofTarget(target), 0);
          case HARD_LINK -> entry.linkTarget(target);
        }
      }
      return true;
    }

    int layer() {
      return layer;
    }

    /** The entry that it stands at, until it goes on. */
    LocalIndexEntry entry() {
      return entry;
    }

    /** The same, as an entry of its layer. */
    LayerEntry layerEntry() {
      String content =
          entry.kind() == EntryKind.FILE
              ? HexFormat.of().formatHex(sums, file * Sums.SIZE, (file + 1) * Sums.SIZE)
              : target;
      return new LayerEntry(entry.name(), entry.kind(), entry.content(), content, entry.isLive());
    }

    @Override
    public int compareTo(Cursor other) {
      return entry.order(other.entry);
    }
  }
}
