package dev.stepcache.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Frames of zstd that no compressor makes, byte by byte. */
final class ZstdFrames {
  static final int MAGIC = 0xFD2FB528;

  private ZstdFrames() {}

  static byte[] skippable(int size) {
    return ByteBuffer.allocate(8 + size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x184D2A5F)
        .putInt(size)
        .array();
  }

  static byte[] manySkippable() {
    ByteBuffer all = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    while (all.hasRemaining()) {
      all.putInt(0x184D2A5F).putInt(0);
    }
    return all.array();
  }

  /** Content in blocks that are not compressed, in a frame that wants a window of 2^log bytes. */
  static byte[] window(int log, byte[] content) {
    byte[] blocks = {};
    for (int at = 0; at < content.length; at += 8000) {
      byte[] block = Arrays.copyOfRange(content, at, Math.min(content.length, at + 8000));
      int header = block.length << 3 | (at + 8000 >= content.length ? 1 : 0);
      blocks =
          Family.concat(
              blocks,
              new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16)},
              block);
    }
    return Family.concat(frame(log), blocks);
  }

  static byte[] header(int log) {
    return Family.concat(frame(log), new byte[] {1, 0, 0});
  }

  /** RFC 8878, 3.1.1: magic, a descriptor without anything, and the window. */
  static byte[] frame(int log) {
    return ByteBuffer.allocate(6)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .put((byte) 0)
        .put((byte) (log - 10 << 3))
        .array();
  }

  /** Blocks of 128 KiB in four bytes each, of one byte again and again. */
  static byte[] bomb(int blocks, int content) {
    ByteBuffer frame =
        ByteBuffer.allocate(6 + 4 * blocks)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .put((byte) 0)
            .put((byte) (17 - 10 << 3));
    for (int left = blocks; left > 0; left--) {
      int header = 131_072 << 3 | 2 | (left == 1 ? 1 : 0);
      frame
          .put((byte) header)
          .put((byte) (header >> 8))
          .put((byte) (header >> 16))
          .put((byte) content);
    }
    return frame.array();
  }
}
