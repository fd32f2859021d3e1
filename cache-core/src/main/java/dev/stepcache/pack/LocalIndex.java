package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

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

  static final int MAGIC = 0x53_43_4C_32;
  static final int LIVE = 4;

  private final FileChannel file;
  private final Digest image;
  private final long watermark;
  private final Map<String, SavedFolder> folders = new HashMap<>();
  private final long entriesAt;

  /** A folder's mode as it was saved, and as it is on disk. */
  record SavedFolder(int mode, int present) {}

  private LocalIndex(FileChannel file) throws IOException {
    this.file = file;
    checkSum();
    Input in = new Input(0);
    if (in.data.readInt() != MAGIC) {
      throw new CorruptArchiveException("no local index");
    }
    image = Digest.ofHash(in.bytes(32));
    watermark = in.data.readLong();
    int count = in.data.readInt();
    if (count < 0 || count > IndexCodec.MOST_ENTRIES) {
      throw new CorruptArchiveException("the local index is out of bounds");
    }
    long at = Integer.BYTES + 32 + Long.BYTES + Integer.BYTES;
    for (int left = count; left > 0; left--) {
      int length = in.data.readInt();
      String name = in.name(length);
      folders.put(name, new SavedFolder(in.data.readUnsignedShort(), in.data.readUnsignedShort()));
      at += Integer.BYTES + length + 2 * Short.BYTES;
    }
    entriesAt = at;
  }

  /** Empty when the file is none that can be understood. */
  public static Optional<LocalIndex> open(Path path) {
    try {
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return Optional.of(new LocalIndex(file));
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

  /** What has an older ctime was not touched since. */
  long watermark() {
    return watermark;
  }

  Map<String, SavedFolder> folders() {
    return folders;
  }

  /** All entries, in the order of their names' bytes, those of one name in that of their layers. */
  Entries entries() throws IOException {
    return new Entries();
  }

  private void checkSum() throws IOException {
    long end = file.size() - Integer.BYTES;
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long at = 0; at < end; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
      int count = file.read(buffer, at);
      if (count < 0) {
        throw new EOFException();
      }
      sum.update(buffer.flip());
      at += count;
    }
    ByteBuffer stored = ByteBuffer.allocate(Integer.BYTES);
    if (end < 0
        || file.read(stored, end) != Integer.BYTES
        || stored.getInt(0) != (int) sum.getValue()) {
      throw new CorruptArchiveException("the local index is damaged");
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Goes through the entries once. */
  final class Entries {
    private final Input in = new Input(entriesAt);

    /** Empty at the end. */
    Optional<KnownEntry> next() throws IOException {
      DataInputStream data = in.data;
      int length = data.readInt();
      if (length < 0) {
        return Optional.empty();
      }
      String name = in.name(length);
      int layer = data.readUnsignedShort();
      int position = data.readInt();
      int what = data.readUnsignedByte();
      EntryKind kind = EntryKind.of(what % LIVE);
      long size = data.readLong();
      if (what < LIVE) {
        return Optional.of(KnownEntry.dead(name, layer, position, kind, size));
      }
      int mode = data.readUnsignedShort();
      int present = data.readUnsignedShort();
      long mtime = data.readLong();
      long inode = data.readLong();
      return Optional.of(
          new KnownEntry(
              name,
              layer,
              position,
              kind,
              true,
              size,
              mode & 0777,
              present,
              mtime,
              inode,
              kind == EntryKind.HARD_LINK ? in.name(data.readInt()) : "",
              kind == EntryKind.HARD_LINK ? KnownEntry.NO_SUM : in.bytes(Sums.SIZE)));
    }
  }

  /** The file from some place on. */
  private final class Input {
    final DataInputStream data;

    Input(long from) {
      this.data = new DataInputStream(new BufferedInputStream(streamFrom(from), 1 << 16));
    }

    byte[] bytes(int length) throws IOException {
      byte[] bytes = new byte[length];
      data.readFully(bytes);
      return bytes;
    }

    String name(int length) throws IOException {
      if (length <= 0 || length > EntryName.LONGEST) {
        throw new CorruptArchiveException("the local index has a name that is too long");
      }
      return new String(bytes(length), StandardCharsets.UTF_8);
    }
  }

  private InputStream streamFrom(long from) {
    return new InputStream() {
      private long at = from;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = file.read(ByteBuffer.wrap(bytes, offset, length), at);
        at += Math.max(0, count);
        return count;
      }
    };
  }
}
