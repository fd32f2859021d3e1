package dev.stepcache.format;

import dev.stepcache.folder.OwnFile;
import dev.stepcache.oci.Digest;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a local index, whole or not at all (docs/format.md, the local index). Its head may be
 * written last: what a head tells is known only after a commit, the entries are before.
 */
public final class LocalIndexWriter implements Closeable {
  static final int MAGIC = 0x53_43_4C_33;
  static final int LIVE = 4;

  /** What there is of a folder beside its name. */
  static final int FOLDER = 2 * Short.BYTES + Long.BYTES;

  /** Longer than anything that is put at once. */
  private static final int BUFFER = 1 << 16;

  /** What the head begins with: magic, image, watermark, and how many folders there are. */
  private static final int BEGIN = Integer.BYTES + 32 + Long.BYTES + Integer.BYTES;

  private static final int READABLE = 0644;

  private final OwnFile.Replacement file;
  private final FileChannel out;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  public LocalIndexWriter(Path file) throws IOException {
    this.file = new OwnFile.Replacement(file, READABLE);
    this.out = this.file.channel();
  }

  /** Leaves room for the head of an index with these folders, and goes on with the entries. */
  public void skipHead(List<FolderEntry> folders) throws IOException {
    long length = BEGIN;
    for (FolderEntry folder : folders) {
      length += Integer.BYTES + folder.name().bytes().length + FOLDER;
    }
    out.position(length);
  }

  /** Ends the entries, and goes back to the head that was skipped. */
  public void beginHead() throws IOException {
    endEntries();
    out.position(0);
  }

  /** Begins the head; as many folders follow. */
  public void begin(Digest image, long watermark, int folders) throws IOException {
    room(BEGIN).putInt(MAGIC).put(image.bytes()).putLong(watermark).putInt(folders);
  }

  /**
   * @param mode that was saved
   * @param present the mode on disk
   * @param time that was saved
   */
  public void folder(String name, int mode, int present, long time) throws IOException {
    text(LayerWriter.utf8(name));
    room(FOLDER).putShort((short) mode).putShort((short) present).putLong(time);
  }

  /**
   * Begins an entry; a live one goes on with what was left, and with a sum or the first name.
   * Entries come in the order of their names' bytes, those of one name in that of their layers.
   *
   * @param name has the name's bytes at its start
   * @param length of the name, in bytes
   */
  public void place(
      byte[] name, int length, int layer, int position, EntryKind kind, boolean live, long size)
      throws IOException {
    text(name, length);
    room(Short.BYTES + Integer.BYTES + 1 + Long.BYTES)
        .putShort((short) layer)
        .putInt(position)
        .put((byte) (kind.number() | (live ? LIVE : 0)))
        .putLong(size);
  }

  /**
   * @param mode that was saved
   * @param present the mode on disk
   * @param time that was saved
   * @param mtime the time on disk
   */
  public void left(int mode, int present, long time, long mtime, long inode) throws IOException {
    room(2 * Short.BYTES + 3 * Long.BYTES)
        .putShort((short) mode)
        .putShort((short) present)
        .putLong(time)
        .putLong(mtime)
        .putLong(inode);
  }

  public void sum(byte[] bytes, int from) throws IOException {
    room(Sums.SIZE).put(bytes, from, Sums.SIZE);
  }

  public void text(byte[] utf8) throws IOException {
    text(utf8, utf8.length);
  }

  private void text(byte[] utf8, int length) throws IOException {
    room(Integer.BYTES + length).putInt(length).put(utf8, 0, length);
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }

  private void endEntries() throws IOException {
    room(Integer.BYTES).putInt(-1);
    flush();
  }

  /** Ends an index whose head came first, and gives it its name. */
  public void finish() throws IOException {
    endEntries();
    take();
  }

  /** Ends an index whose head came last, and gives it its name. */
  public void finishHead() throws IOException {
    flush();
    take();
  }

  private void take() throws IOException {
    long end = out.size();
    buffer.putInt(sum(out, end));
    out.position(end);
    flush();
    file.take();
  }

  /** The sum over all of a file before {@code end}, as it ends with it. */
  static int sum(FileChannel file, long end) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long at = 0; at < end; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
      int count = file.read(buffer, at);
      if (count < 0) {
        throw new EOFException();
      }
      sum.update(buffer.flip());
      at += count;
    }
    return (int) sum.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
