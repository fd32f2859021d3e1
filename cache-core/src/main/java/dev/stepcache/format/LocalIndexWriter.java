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

  /** What there is of a folder beside its name. */
  static final int FOLDER = 2 * Short.BYTES + Long.BYTES;

  /** What the head begins with: magic, image, watermark, and how many folders there are. */
  private static final int BEGIN = Integer.BYTES + 32 + Long.BYTES + Integer.BYTES;

  private static final int READABLE = 0644;

  private final OwnFile.Replacement file;
  private final FileChannel channel;
  private final LocalIndexOutput out;

  /** Begins a file beside the one whose place it will take. */
  public LocalIndexWriter(Path file) throws IOException {
    this.file = new OwnFile.Replacement(file, READABLE);
    this.channel = this.file.channel();
    this.out = new LocalIndexOutput(channel);
  }

  /** Leaves room for the head of an index with these folders, and goes on with the entries. */
  public void skipHead(List<FolderEntry> folders) throws IOException {
    long length = BEGIN;
    for (FolderEntry folder : folders) {
      length += Integer.BYTES + folder.name().bytes().length + FOLDER;
    }
    channel.position(length);
  }

  /** Ends the entries, and goes back to the head that was skipped. */
  public void beginHead() throws IOException {
    endEntries();
    channel.position(0);
  }

  /** Begins the head; as many folders follow. */
  public void begin(Digest image, long watermark, int folders) throws IOException {
    out.room(BEGIN).putInt(MAGIC).put(image.bytes()).putLong(watermark).putInt(folders);
  }

  /**
   * @param mode that was saved
   * @param modeOnDisk the mode on disk
   * @param time that was saved
   */
  public void folder(String name, int mode, int modeOnDisk, long time) throws IOException {
    byte[] bytes = LayerWriter.utf8(name);
    out.name(bytes, bytes.length);
    out.room(FOLDER).putShort((short) mode).putShort((short) modeOnDisk).putLong(time);
  }

  /** Writes the next entry. */
  public void entry(LocalIndexEntry entry) throws IOException {
    entry.write(out);
  }

  private void endEntries() throws IOException {
    out.room(Integer.BYTES).putInt(-1);
    out.flush();
  }

  /** Ends an index whose head came first, and gives it its name. */
  public void finish() throws IOException {
    endEntries();
    take();
  }

  /** Ends an index whose head came last, and gives it its name. */
  public void finishHead() throws IOException {
    out.flush();
    take();
  }

  private void take() throws IOException {
    long end = channel.size();
    out.room(Integer.BYTES).putInt(sum(channel, end));
    channel.position(end);
    out.flush();
    file.take();
  }

  /** The sum over all of a file before {@code end}, as it ends with it. */
  static int sum(FileChannel file, long end) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(LocalIndexOutput.BUFFER);
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
