package dev.stepcache.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A gzip member (RFC 1952) for each frame, streamed, for readers and registries that know no zstd.
 * Its header has neither a time nor a system, so that all machines write the same.
 */
final class GzipMembers implements FrameCompressor {
  private static final int LEVEL = 6;
  private static final int BUFFER = 128 << 10;
  private static final int TRAILER = 8;
  private static final byte UNKNOWN_SYSTEM = (byte) 255;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, UNKNOWN_SYSTEM};

  private final Deflater deflater = new Deflater(LEVEL, true);
  private final CRC32 crc = new CRC32();
  private final byte[] piece = new byte[BUFFER];
  private final ByteBuffer input = ByteBuffer.allocate(BUFFER);
  private boolean begun;

  @Override
  public void begin() {
    input.clear();
    deflater.reset();
    crc.reset();
    begun = false;
  }

  @Override
  public ByteBuffer input() {
    return input;
  }

  @Override
  public void compress(OutputStream out) throws IOException {
    if (!begun) {
      out.write(HEADER);
      begun = true;
    }
    crc.update(input.array(), 0, input.position());
    deflater.setInput(input.array(), 0, input.position());
    while (!deflater.needsInput()) {
      out.write(piece, 0, deflater.deflate(piece));
    }
    input.clear();
  }

  @Override
  public void finish(OutputStream out) throws IOException {
    compress(out);
    deflater.finish();
    while (!deflater.finished()) {
      out.write(piece, 0, deflater.deflate(piece));
    }
    out.write(
        ByteBuffer.allocate(TRAILER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt((int) deflater.getBytesRead())
            .array());
    begin();
  }

  @Override
  public void close() {
    deflater.end();
  }
}
