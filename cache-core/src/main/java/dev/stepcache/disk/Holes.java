package dev.stepcache.disk;

import java.io.IOException;
import java.util.Arrays;

/** Which parts of a file are written: all but aligned blocks of zeros of 64 KiB. */
final class Holes {
  static final int BLOCK = 64 << 10;
  private static final byte[] ZEROS = new byte[BLOCK];

  private Holes() {}

  /** Takes a part of the bytes. */
  @FunctionalInterface
  interface RangeWriter {
    void write(int from, int to) throws IOException;
  }

  /**
   * Writes what is to be written of a piece, which in its file begins at a multiple of the block;
   * false if the piece's end is not, so that the length must be set.
   */
  static boolean write(byte[] bytes, int from, int length, RangeWriter ranges) throws IOException {
    int start = from;
    int end = from + length;
    for (int at = from; end - at >= BLOCK; at += BLOCK) {
      if (Arrays.equals(bytes, at, at + BLOCK, ZEROS, 0, BLOCK)) {
        if (start < at) {
          ranges.write(start, at);
        }
        start = at + BLOCK;
      }
    }
    if (start < end) {
      ranges.write(start, end);
    }
    return start < end || length == 0;
  }
}
