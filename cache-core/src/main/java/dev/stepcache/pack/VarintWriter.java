package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Unsigned numbers in 7-bit groups, lowest first (LEB128), and bytes with their length. */
final class VarintWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  VarintWriter add(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  VarintWriter add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  VarintWriter add(byte[] bytes, int from) {
    add(bytes.length - from);
    out.write(bytes, from, bytes.length - from);
    return this;
  }

  VarintWriter add(Digest digest) {
    out.writeBytes(digest.bytes());
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
