package dev.stepcache.format;

import dev.stepcache.archive.CompressingOutputStream;
import dev.stepcache.archive.FrameCompressor;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.DigestingOutputStream;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MediaType;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Writes a compressed tar and knows both digests, of the tar and of the compressed bytes, in one
 * pass. Folders above an entry are written once. {@code out} is left open.
 */
public final class LayerWriter {
  /** One of the sixteen magic numbers of skippable frames (RFC 8878, 3.1.2). */
  private static final int SKIPPABLE = 0x184D2A5E;

  /** A gzip member that holds nothing (RFC 1952, 2.2). */
  private static final byte[] EMPTY_MEMBER = {
    0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final byte[] PADDING = new byte[TarHeader.BLOCK];
  private static final byte[] END = new byte[2 * TarHeader.BLOCK];

  private final DigestingOutputStream compressed;
  private final MessageDigest diffId = Digest.sha256();
  private final Set<String> folders = new HashSet<>();
  private final CompressingOutputStream frames;
  private final LayerCompression compression;

  /**
   * @param compression what the compressor makes
   */
  public LayerWriter(OutputStream out, FrameCompressor compressor, LayerCompression compression) {
    this.compression = compression;
    this.compressed = new DigestingOutputStream(out);
    this.frames = new CompressingOutputStream(compressed, compressor);
  }

  /** The tar bytes of an entry, with those of the folders above it that are not in {@code seen}. */
  static long length(TarHeader header, String name, Set<String> seen) {
    long length = header.length();
    for (String folder = EntryName.parent(name); !folder.isEmpty() && seen.add(folder); ) {
      length += TarHeader.folder(folder).length();
      folder = EntryName.parent(folder);
    }
    return length;
  }

  /** Begins an entry; of a file its content and {@link #pad padding} follow. */
  public void entry(TarHeader header, String name) throws IOException {
    foldersAbove(EntryName.parent(name));
    write(header.bytes());
  }

  /** Writes a folder as an entry, unless it was written above another entry. */
  void folder(String name) throws IOException {
    foldersAbove(name);
  }

  private void foldersAbove(String folder) throws IOException {
    if (folder.isEmpty() || !folders.add(folder)) {
      return;
    }
    foldersAbove(EntryName.parent(folder));
    write(TarHeader.folder(folder).bytes());
  }

  /** Writes content of the entry that was begun. */
  public void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Writes content of the entry that was begun. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    diffId.update(bytes, offset, length);
    frames.write(bytes, offset, length);
  }

  /**
   * Fills up the last block of a file.
   *
   * @param size the file's, in bytes
   */
  public void pad(long size) throws IOException {
    write(PADDING, 0, (int) (TarHeader.padded(size) - size));
  }

  /** Ends the frames, and writes the sums and the end of the archive in others. */
  public PackedLayer finish(Sums sums) throws IOException {
    frames.finish();
    long offset = compressed.size();
    byte[] content = sums.toBytes();
    String name = ReservedNames.SUMS + HexFormat.of().formatHex(soFar(), 0, Sums.SIZE);
    TarHeader header = TarHeader.file(name, false, content.length);
    entry(header, name);
    write(content);
    pad(content.length);
    write(END);
    frames.finish();
    if (compression == LayerCompression.ZSTD) {
      compressed.write(skipped(offset));
    }
    return packed(sums, offset);
  }

  /** Ends the archive. */
  public PackedLayer finish() throws IOException {
    write(END);
    frames.finish();
    return packed(new Sums(), 0);
  }

  static int endLength() {
    return END.length;
  }

  private PackedLayer packed(Sums sums, long offset) {
    return switch (compression) {
      case ZSTD -> packedAs(MediaType.OCI_LAYER_ZSTD, sums, skipped(offset));
      case GZIP -> packedAs(MediaType.OCI_LAYER_GZIP, sums, EMPTY_MEMBER.clone());
      case NONE -> throw new IllegalStateException("each layer of ours is compressed");
    };
  }

  private PackedLayer packedAs(MediaType type, Sums sums, byte[] filler) {
    return new PackedLayer(compressed.descriptor(type), Digest.of(diffId), sums, filler);
  }

  private byte[] soFar() {
    try {
      return ((MessageDigest) diffId.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  /**
   * A frame that decoders skip, 16 bytes long: where the frame with the sums begins, if any does.
   */
  private static byte[] skipped(long offset) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(SKIPPABLE)
        .putInt(Long.BYTES)
        .putLong(offset)
        .array();
  }

  /** The bytes of a name or target in UTF-8. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
