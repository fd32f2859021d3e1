package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
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

  /** What is held of a folder beside its name. */
  private static final int FOLDER = 24;

  private final FileChannel file;
  private final Digest image;
  private final long watermark;
  private final Map<String, SavedFolder> folders = new HashMap<>();
  private final long entriesAt;

  /** A folder's mode as it was saved, and as it is on disk. */
  record SavedFolder(int mode, int present) {}

  private LocalIndex(FileChannel file, HeldMemory memory) throws IOException {
    this.file = file;
    checkSum();
    Input in = new Input(0);
    if (in.number4() != MAGIC) {
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
      folders.put(name, new SavedFolder(in.number2(), in.number2()));
      at += Integer.BYTES + length + 2 * Short.BYTES;
    }
    entriesAt = at;
  }

  /** Empty when the file is none that can be understood, or has more than may be held. */
  public static Optional<LocalIndex> open(Path path) {
    return open(path, HeldMemory.ofHeap());
  }

  static Optional<LocalIndex> open(Path path, HeldMemory memory) {
    try {
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
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
      int length = in.number4();
      if (length < 0) {
        return Optional.empty();
      }
      String name = in.name(length);
      int layer = in.number2();
      int position = in.number4();
      int what = in.number1();
      EntryKind kind = EntryKind.of(what % LIVE);
      long size = in.number8();
      if (what < LIVE) {
        return Optional.of(KnownEntry.dead(name, layer, position, kind, size));
      }
      int mode = in.number2();
      int present = in.number2();
      long mtime = in.number8();
      long inode = in.number8();
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
              kind == EntryKind.HARD_LINK ? in.name(in.number4()) : "",
              kind == EntryKind.HARD_LINK ? KnownEntry.NO_SUM : in.bytes(Sums.SIZE)));
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

    byte[] bytes(int length) throws IOException {
      byte[] bytes = new byte[length];
      next(length).get(bytes);
      return bytes;
    }

    String name(int length) throws IOException {
      if (length <= 0 || length > EntryName.LONGEST) {
        throw new CorruptArchiveException("the local index has a name that is too long");
      }
      return new String(bytes(length), StandardCharsets.UTF_8);
    }
  }
}
