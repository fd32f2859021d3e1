package dev.stepcache.tree;

import java.io.IOException;
import java.util.Arrays;

/** Which parts of a file are written: all but aligned blocks of zeros of 64 KiB. */
final class Holes {
  static final int BLOCK = 64 << 10;
  private static final byte[] ZEROS = new byte[BLOCK];

  private Holes() {}

  /** Takes a part of the bytes, which are a file's from a multiple of the block on. */
  @FunctionalInterface
  interface Sink {
    void write(int from, int to) throws IOException;
  }

  /** Writes what is to be written; false if the end is not, so that the length must be set. */
  static boolean write(byte[] bytes, int length, Sink sink) throws IOException {
    int start = 0;
    for (int at = 0; length - at >= BLOCK; at += BLOCK) {
      if (Arrays.equals(bytes, at, at + BLOCK, ZEROS, 0, BLOCK)) {
        if (start < at) {
          sink.write(start, at);
        }
        start = at + BLOCK;
      }
    }
    if (start < length) {
      sink.write(start, length);
    }
    return start < length || length == 0;
  }
}
