package dev.stepcache.format;

import dev.stepcache.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Unsigned numbers in 7-bit groups, lowest first (LEB128), and bytes with their length. */
public final class VarintWriter {
  private static final int LONGEST_NUMBER = 10;

  // The JDK's stream locks for each byte, and here are ten a name.
  private byte[] bytes = new byte[256];
  private int size;

  /** Adds a number, of which seven bits go into a byte (LEB128); negative ones take ten bytes. */
  public VarintWriter add(long value) {
    room(LONGEST_NUMBER);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** Adds a text: its length in bytes, and its UTF-8. */
  public VarintWriter add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  /** Adds bytes from an offset on: their number, and they themselves. */
  public VarintWriter add(byte[] added, int from) {
    int length = added.length - from;
    add(length);
    return put(added, from, length);
  }

  /** Adds the 32 bytes of a digest. */
  public VarintWriter add(Digest digest) {
    byte[] hash = digest.bytes();
    return put(hash, 0, hash.length);
  }

  private VarintWriter put(byte[] added, int from, int length) {
    room(length);
    System.arraycopy(added, from, bytes, size, length);
    size += length;
    return this;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  /** All that was added. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
