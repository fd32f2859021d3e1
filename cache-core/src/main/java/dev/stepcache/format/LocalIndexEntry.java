package dev.stepcache.format;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An entry of the local index (docs/format.md, the local index): what a reader of the file stands
 * at, and what a writer is given. There may be many, so one object is filled anew for each:
 *
 * <pre>{@code
 * name | layer 2 | position 4 | kind 1, + 4 if live | size 8
 *      live: mode 2 | mode on disk 2 | time 8 | time on disk 8 | inode 8 | sum 16, or first name
 * }</pre>
 *
 * <p>Entries come in the order of their names' bytes, those of one name in that of their layers.
 */
public final class LocalIndexEntry {
  /** Instead of an inode: what the entry looks like tells nothing of its content. */
  public static final long UNSETTLED = 0;

  private static final int LIVE = 4;
  private static final int FIXED = Short.BYTES + Integer.BYTES + 1 + Long.BYTES;
  private static final int ATTRIBUTES = 2 * Short.BYTES + 3 * Long.BYTES;
  private static final byte[] NONE = {};

  private byte[] name = NONE;
  private int length;
  private int layer;
  private int position;
  private EntryKind kind = EntryKind.FILE;
  private boolean live;
  private long size;
  private int mode;
  private int modeOnDisk;
  private long time;
  private long mtime;
  private long inode;
  private byte[] content = NONE;
  private int from;

  /** Becomes the entry of this name, and is in no layer yet. The bytes are kept, not copied. */
  public LocalIndexEntry of(byte[] name) {
    this.name = name;
    this.length = name.length;
    return this;
  }

  /** Becomes one that is dead, until it is told what it is {@link #live live} as. */
  public LocalIndexEntry at(int layer, int position, EntryKind kind, long size) {
    this.layer = layer;
    this.position = position;
    this.kind = kind;
    this.size = size;
    this.live = false;
    return this;
  }

  /** Becomes the same entry, dead, of a layer that has another number now. */
  public LocalIndexEntry in(int layer) {
    this.layer = layer;
    this.live = false;
    return this;
  }

  /**
   * Becomes live; its content is that of before.
   *
   * @param mode that was saved
   * @param modeOnDisk the mode on disk
   * @param time that was saved
   * @param mtime the time on disk
   * @param inode or {@link #UNSETTLED}
   */
  public LocalIndexEntry live(int mode, int modeOnDisk, long time, long mtime, long inode) {
    this.live = true;
    this.mode = mode;
    this.modeOnDisk = modeOnDisk;
    this.time = time;
    this.mtime = mtime;
    this.inode = inode;
    return this;
  }

  /** Takes the mode and the time that were saved, of what is on disk already. */
  public LocalIndexEntry saved(int mode, long time) {
    this.mode = mode;
    this.time = time;
    return this;
  }

  /** Takes the sum of its content or target from an offset in some bytes, which are kept. */
  public LocalIndexEntry sum(byte[] bytes, int from) {
    this.content = bytes;
    this.from = from;
    return this;
  }

  /** Takes the first name of its hard-link group. */
  public LocalIndexEntry linkTarget(String name) {
    return sum(LayerWriter.utf8(name), 0);
  }

  /** Reads the next entry; false at the end. Nothing of the one before is kept. */
  boolean read(LocalIndexInput in) throws IOException {
    int next = in.number4();
    if (next < 0) {
      return false;
    }
    length = LocalIndexInput.checkedLength(next);
    if (name.length < length) {
      name = new byte[EntryName.LONGEST];
    }
    in.bytes(name, length);
    int layerNumber = in.number2();
    int position = in.number4();
    int what = in.number1();
    at(layerNumber, position, EntryKind.of(what % LIVE), in.number8());
    if (what >= LIVE) {
      live(in.number2() & 0777, in.number2(), in.number8(), in.number8(), in.number8());
      if (kind == EntryKind.HARD_LINK) {
        sum(in.bytes(LocalIndexInput.checkedLength(in.number4())), 0);
      } else {
        sum(content.length == Sums.SIZE ? content : new byte[Sums.SIZE], 0);
        in.bytes(content, Sums.SIZE);
      }
    }
    return true;
  }

  void write(LocalIndexOutput out) throws IOException {
    out.name(name, length);
    out.room(FIXED)
        .putShort((short) layer)
        .putInt(position)
        .put((byte) (kind.number() | (live ? LIVE : 0)))
        .putLong(size);
    if (live) {
      ByteBuffer left = out.room(ATTRIBUTES);
      left.putShort((short) mode).putShort((short) modeOnDisk);
      left.putLong(time).putLong(mtime).putLong(inode);
      if (kind == EntryKind.HARD_LINK) {
        out.name(content, content.length);
      } else {
        out.room(Sums.SIZE).put(content, from, Sums.SIZE);
      }
    }
  }

  /** The order of this one and another: by name, and of one name by layer. */
  public int order(LocalIndexEntry other) {
    int order = Arrays.compareUnsigned(name, 0, length, other.name, 0, other.length);
    return order == 0 ? Integer.compare(layer, other.layer) : order;
  }

  /** The order of the name of an entry of a tree, and of this one's. */
  public int order(TreeEntries entries, int at) {
    return entries.compareName(at, name, length);
  }

  /** The name, as people may see it. */
  public String name() {
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }

  /** The number of its layer in the image, from 0. */
  public int layer() {
    return layer;
  }

  /** Its number among the entries of its layer. */
  public int position() {
    return position;
  }

  /** What it is. */
  public EntryKind kind() {
    return kind;
  }

  /** Whether it is in the tree; a dead one is in its layer alone. */
  public boolean isLive() {
    return live;
  }

  /** Bytes of its content in a tar. */
  public long content() {
    return kind == EntryKind.FILE ? size : 0;
  }

  /** The mode that was saved. */
  public int mode() {
    return mode;
  }

  /** The mode that it was left with on disk. */
  public int modeOnDisk() {
    return modeOnDisk;
  }

  /** The time that was saved. */
  public long time() {
    return time;
  }

  /** The time that it was left with on disk. */
  public long mtime() {
    return mtime;
  }

  /** The first 16 bytes of the SHA-256 of its content or target, if it is no hard link. */
  public byte[] sum() {
    return Arrays.copyOfRange(content, from, from + Sums.SIZE);
  }

  private String linkTarget() {
    return new String(content, from, content.length - from, StandardCharsets.UTF_8);
  }

  /** Whether an entry of a tree can be this one, by kind and size; content aside. */
  public boolean isLike(TreeEntries entries, int at) {
    return switch (kind) {
      case FILE -> !entries.isSymlink(at) && !entries.isHardLink(at) && entries.content(at) == size;
      case SYMLINK -> entries.isSymlink(at);
      case HARD_LINK ->
          entries.isHardLink(at) && linkTarget().equals(entries.firstName(at).value());
    };
  }

  /**
   * Whether nobody can have touched an entry of a tree since the watermark was taken. What changed
   * in the very moment may have the watermark's own ctime.
   */
  public boolean isUntouched(TreeEntries entries, int at, long watermark) {
    return entries.mtime(at) == mtime
        && inode != UNSETTLED
        && entries.inode(at) == inode
        && entries.ctime(at) < watermark;
  }
}
