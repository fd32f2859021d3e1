package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** Writes a local index, whole or not at all (docs/format.md, the local index). */
final class LocalIndexWriter implements Closeable {
  private final Path file;
  private final Path temporary;
  private final OutputStream plain;
  private final CRC32C sum = new CRC32C();
  private final DataOutputStream out;

  LocalIndexWriter(Path file) throws IOException {
    this.file = file;
    this.temporary = file.resolveSibling("staging-" + UUID.randomUUID());
    this.plain = Files.newOutputStream(temporary);
    this.out =
        new DataOutputStream(
            new BufferedOutputStream(new CheckedOutputStream(plain, sum), 1 << 16));
  }

  void begin(Digest image, long watermark, int folders) throws IOException {
    out.writeInt(LocalIndex.MAGIC);
    out.write(image.bytes());
    out.writeLong(watermark);
    out.writeInt(folders);
  }

  void folder(String name, int mode, int present) throws IOException {
    text(name);
    out.writeShort(mode);
    out.writeShort(present);
  }

  /** Entries come in the order of their names' bytes, those of one name in that of their layers. */
  void entry(KnownEntry entry) throws IOException {
    text(entry.name());
    out.writeShort(entry.layer());
    out.writeInt(entry.position());
    out.writeByte(entry.kind().number() | (entry.live() ? LocalIndex.LIVE : 0));
    out.writeLong(entry.size());
    if (entry.live()) {
      out.writeShort(entry.mode());
      out.writeShort(entry.present());
      out.writeLong(entry.mtime());
      out.writeLong(entry.inode());
      if (entry.kind() == EntryKind.HARD_LINK) {
        text(entry.first());
      } else {
        out.write(entry.sum(), 0, Sums.SIZE);
      }
    }
  }

  private void text(String text) throws IOException {
    byte[] bytes = LayerWriter.utf8(text);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Ends the index and gives it its name. */
  void finish() throws IOException {
    out.writeInt(-1);
    out.flush();
    int value = (int) sum.getValue();
    out.writeInt(value);
    out.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    plain.close();
    Files.deleteIfExists(temporary);
  }
}
