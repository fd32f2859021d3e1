package dev.stepcache.pack;

import dev.stepcache.tree.EntryName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The entries of one layer, dead ones too, in tar order, which is that of their names' bytes, with
 * the sums of the files among them; front-coded, since there may be many.
 */
public final class RestoredNames {
  private static final int LIVE = 4;

  private final VarintWriter names = new VarintWriter();
  private byte[] last = {};
  private byte[] sums = {};

  private void add(String name, int what) {
    byte[] bytes = LayerWriter.utf8(name);
    int shared = Arrays.mismatch(last, bytes);
    shared = shared < 0 ? bytes.length : shared;
    names.add(shared).add(bytes, shared).add(what);
    last = bytes;
  }

  private static int what(EntryKind kind, boolean live) {
    return kind.number() | (live ? LIVE : 0);
  }

  void file(String name, boolean live, long size) {
    add(name, what(EntryKind.FILE, live));
    names.add(size);
  }

  void symlink(String name, boolean live) {
    add(name, what(EntryKind.SYMLINK, live));
  }

  /**
   * @param first the name of the file that it is another name of
   */
  void hardLink(String name, boolean live, String first) {
    add(name, what(EntryKind.HARD_LINK, live));
    names.add(first);
  }

  void sums(byte[] all) {
    this.sums = all;
  }

  Cursor cursor(int layer) {
    return new Cursor(layer);
  }

  /** Goes through the entries once. */
  final class Cursor {
    final int layer;
    private final VarintReader in = new VarintReader(names.toBytes());
    private byte[] name = {};
    private String text = "";
    private int file = -1;
    private int position = -1;
    private EntryKind kind = EntryKind.FILE;
    private boolean live;
    private long size;
    private String first = "";

    Cursor(int layer) {
      this.layer = layer;
    }

    boolean next() throws CorruptArchiveException {
      if (!in.hasMore()) {
        return false;
      }
      name = in.sharing(name, EntryName.LONGEST);
      text = new String(name, StandardCharsets.UTF_8);
      int what = (int) in.next();
      kind = EntryKind.of(what % LIVE);
      live = what >= LIVE;
      position++;
      size = 0;
      first = "";
      switch (kind) {
        case FILE -> {
          size = in.next();
          file++;
        }
        case SYMLINK -> {}
        case HARD_LINK -> first = in.text();
      }
      return true;
    }

    /** The place among the entries of the layer. */
    int position() {
      return position;
    }

    String name() {
      return text;
    }

    EntryKind kind() {
      return kind;
    }

    boolean live() {
      return live;
    }

    long size() {
      return size;
    }

    String first() {
      return first;
    }

    /** Of a file. */
    byte[] sum() {
      return Arrays.copyOfRange(sums, file * Sums.SIZE, (file + 1) * Sums.SIZE);
    }
  }
}
