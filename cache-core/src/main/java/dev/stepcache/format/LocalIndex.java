package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.folder.OwnFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntries;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a restore or a save leaves beside the tree, so that a later upload knows without reading it
 * what has not moved since, and where it lies (docs/format.md, the local index). A hint: missing,
 * stale or damaged it costs time, never correctness. Read in a stream, in the order of a scan,
 * since it has a line for each entry; the file that was opened is read to the end, though another
 * may take its name.
 */
public final class LocalIndex implements Closeable {
  /** The name of its file in our folder. */
  public static final String FILE = "index";

  /** In an inode's place: what the entry looks like tells nothing of its content. */
  public static final long UNSETTLED = 0;

  /** What is held of a folder beside its name. */
  private static final int FOLDER = 32;

  private final FileChannel file;
  private final Digest image;
  private final long watermark;
  private final Map<String, SavedFolder> folders = new HashMap<>();
  private final long entriesAt;

  /** A folder's mode as it was saved, and as it is on disk, and its time as it was saved. */
  public record SavedFolder(int mode, int present, long time) {}

  private LocalIndex(FileChannel file, MemoryBudget memory) throws IOException {
    this.file = file;
    checkSum();
    Input in = new Input(0);
    if (in.number4() != LocalIndexWriter.MAGIC) {
      throw new CorruptArchiveException("no local index");
    }
    image = Digest.ofHash(in.bytes(32));
    watermark = in.number8();
    int count = in.number4();
    if (count < 0 || count > IndexCodec.MOST_ENTRIES) {
      throw new CorruptArchiveException("the local index is out of bounds");
    }
    long at = Integer.BYTES + 32 + Long.BYTES + Integer.BYTES;
    for (int left = count; left > 0; left--) {
      int length = in.number4();
      String name = in.name(length);
      memory.takeNode(name, FOLDER);
      folders.put(name, new SavedFolder(in.number2(), in.number2(), in.number8()));
      at += Integer.BYTES + length + LocalIndexWriter.FOLDER;
    }
    entriesAt = at;
  }

  /** Empty when the file is none that can be understood, or has more than may be held. */
  public static Optional<LocalIndex> open(Path path, MemoryBudget memory) {
    try {
      FileChannel file = OwnFile.open(path);
      try {
        return Optional.of(new LocalIndex(file, memory));
      } catch (IOException | IllegalArgumentException e) {
        file.close();
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The image that the tree was restored from or saved as. */
  public Digest image() {
    return image;
  }

  public Map<String, SavedFolder> folders() {
    return folders;
  }

  /** All entries, in the order of their names' bytes, those of one name in that of their layers. */
  public Entries entries() throws IOException {
    return new Entries();
  }

  private void checkSum() throws IOException {
    long end = file.size() - Integer.BYTES;
    ByteBuffer stored = ByteBuffer.allocate(Integer.BYTES);
    if (end < 0
        || file.read(stored, end) != Integer.BYTES
        || stored.getInt(0) != LocalIndexWriter.sum(file, end)) {
      throw new CorruptArchiveException("the local index is damaged");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Goes through the entries once, and tells of one at a time without making it. */
  public final class Entries {
    private final Input in = new Input(entriesAt);
    private final byte[] sum = new byte[Sums.SIZE];
    private byte[] name = new byte[EntryName.LONGEST];
    private byte[] before = new byte[EntryName.LONGEST];
    private int length;
    private int layer;
    private int position;
    private EntryKind kind = EntryKind.FILE;
    private boolean live;
    private long size;
    private int mode;
    private int present;
    private long time;
    private long mtime;
    private long inode;
    private String first = "";

    /** Goes to the next entry, with which all that is said here changes; false at the end. */
    public boolean advance() throws IOException {
      int next = in.number4();
      if (next < 0) {
        return false;
      }
      byte[] free = before;
      before = name;
      name = free;
      in.bytes(name, checkedLength(next));
      int order = Arrays.compareUnsigned(before, 0, length, name, 0, next);
      length = next;
      int layerBefore = layer;
      layer = in.number2();
      if (order > 0 || (order == 0 && layerBefore >= layer)) {
        throw new CorruptArchiveException("the local index is out of order");
      }
      position = in.number4();
      int what = in.number1();
      kind = EntryKind.of(what % LocalIndexWriter.LIVE);
      live = what >= LocalIndexWriter.LIVE;
      size = in.number8();
      if (live) {
        mode = in.number2() & 0777;
        present = in.number2();
        time = in.number8();
        mtime = in.number8();
        inode = in.number8();
        if (kind == EntryKind.HARD_LINK) {
          first = in.name(in.number4());
        } else {
          in.bytes(sum, Sums.SIZE);
        }
      }
      return true;
    }

    public String name() {
      return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** The order of the name of an entry of a tree, and of this one's. */
    public int order(TreeEntries entries, int at) {
      return entries.compareName(at, name, length);
    }

    /**
     * Writes it as what was found again, under its layer's new number.
     *
     * @param saved the entries with the modes and times that are saved
     * @param inode the entry's own, or that it is unsettled
     */
    public void writeLive(
        LocalIndexWriter out,
        int number,
        TreeEntries saved,
        TreeEntries entries,
        int at,
        long inode)
        throws IOException {
      out.place(name, length, number, position, kind, true, content());
      out.left(saved.mode(at) & 0777, entries.mode(at), saved.mtime(at), entries.mtime(at), inode);
      if (kind == EntryKind.HARD_LINK) {
        out.text(LayerWriter.utf8(first));
      } else {
        out.sum(sum, 0);
      }
    }

    /** Writes it as what is there no more. */
    public void writeDead(LocalIndexWriter out, int number) throws IOException {
      out.place(name, length, number, position, kind, false, size);
    }

    public int layer() {
      return layer;
    }

    public int position() {
      return position;
    }

    public boolean live() {
      return live;
    }

    /** The mode that was saved. */
    public int mode() {
      return mode;
    }

    /** The time that was saved. */
    public long time() {
      return time;
    }

    /** The time that it was left with on disk. */
    public long mtime() {
      return mtime;
    }

    /** The mode that it was left with on disk. */
    public int present() {
      return present;
    }

    public EntryKind kind() {
      return kind;
    }

    /** The first 16 bytes of the SHA-256 of its content or target, if it is no hard link. */
    public byte[] sum() {
      return sum.clone();
    }

    /** Bytes of its content in a tar. */
    public long content() {
      return kind == EntryKind.FILE ? size : 0;
    }

    /** Whether an entry of a tree can be this one, by kind and size; content aside. */
    public boolean isLike(TreeEntries entries, int at) {
      return switch (kind) {
        case FILE ->
            !entries.isSymlink(at) && !entries.isHardLink(at) && entries.content(at) == size;
        case SYMLINK -> entries.isSymlink(at);
        case HARD_LINK -> entries.isHardLink(at) && first.equals(entries.firstName(at).value());
      };
    }

    /**
     * Whether nobody can have touched an entry of a tree since the watermark was taken. What
     * changed in the very moment may have the watermark's own ctime.
     */
    public boolean isUntouched(TreeEntries entries, int at) {
      return entries.mtime(at) == mtime
          && inode != UNSETTLED
          && entries.inode(at) == inode
          && entries.ctime(at) < watermark;
    }
  }

  /** The file from some place on. */
  private final class Input {
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);
    private long at;

    Input(long from) {
      this.at = from;
    }

    private ByteBuffer next(int length) throws IOException {
      if (buffer.remaining() < length) {
        buffer.compact();
        while (buffer.position() < length) {
          int count = file.read(buffer, at);
          if (count < 0) {
            throw new EOFException();
          }
          at += count;
        }
        buffer.flip();
      }
      return buffer;
    }

    int number1() throws IOException {
      return next(Byte.BYTES).get() & 0xff;
    }

    int number2() throws IOException {
      return next(Short.BYTES).getShort() & 0xffff;
    }

    int number4() throws IOException {
      return next(Integer.BYTES).getInt();
    }

    long number8() throws IOException {
      return next(Long.BYTES).getLong();
    }

    void bytes(byte[] into, int length) throws IOException {
      next(length).get(into, 0, length);
    }

    byte[] bytes(int length) throws IOException {
      byte[] bytes = new byte[length];
      bytes(bytes, length);
      return bytes;
    }

    String name(int length) throws IOException {
      return new String(bytes(checkedLength(length)), StandardCharsets.UTF_8);
    }
  }

  private static int checkedLength(int length) throws CorruptArchiveException {
    if (length <= 0 || length > EntryName.LONGEST) {
      throw new CorruptArchiveException("the local index has a name that is too long");
    }
    return length;
  }
}
