package dev.stepcache.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The fields of a tar's block: octal numbers, or GNU's base-256 ones, and text up to a NUL. */
record TarBlock(byte[] bytes) {
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_END = 156;

  boolean isZero() {
    return isZero(bytes, bytes.length);
  }

  static boolean isZero(byte[] bytes, int length) {
    for (int at = 0; at < length; at++) {
      if (bytes[at] != 0) {
        return false;
      }
    }
    return true;
  }

  char character(int offset) {
    return (char) (bytes[offset] & 0xff);
  }

  /** True where a field begins with these ASCII characters. */
  boolean has(int offset, String text) {
    for (int at = 0; at < text.length(); at++) {
      if (bytes[offset + at] != text.charAt(at)) {
        return false;
      }
    }
    return true;
  }

  String text(int offset, int width) throws CorruptArchiveException {
    int end = offset;
    while (end < offset + width && bytes[end] != 0) {
      end++;
    }
    return utf8(bytes, offset, end);
  }

  static String utf8(byte[] bytes, int from, int to) throws CorruptArchiveException {
    if (isAscii(bytes, from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    ByteBuffer text = ByteBuffer.wrap(bytes, from, to - from);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new CorruptArchiveException(
          "a tar has a name that is no UTF-8: "
              + new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }
  }

  private static boolean isAscii(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] < 0) {
        return false;
      }
    }
    return true;
  }

  void checkSum() throws CorruptArchiveException {
    long expected = number(CHECKSUM, CHECKSUM_END - CHECKSUM);
    int unsigned = 0;
    // Asked of each entry: in code of the first compiler, a turn costs as much as several bytes.
    for (int at = 0; at < TarHeader.BLOCK; at += 8) {
      unsigned +=
          (bytes[at] & 0xff)
              + (bytes[at + 1] & 0xff)
              + (bytes[at + 2] & 0xff)
              + (bytes[at + 3] & 0xff)
              + (bytes[at + 4] & 0xff)
              + (bytes[at + 5] & 0xff)
              + (bytes[at + 6] & 0xff)
              + (bytes[at + 7] & 0xff);
    }
    // The field itself counts as blanks.
    for (int at = CHECKSUM; at < CHECKSUM_END; at++) {
      unsigned += ' ' - (bytes[at] & 0xff);
    }
    if (expected != unsigned && expected != unsigned - 256 * negatives()) {
      throw new CorruptArchiveException("a tar has a header with a wrong checksum");
    }
  }

  /** Some old tools summed signed bytes. */
  private int negatives() {
    int count = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] < 0 && (at < CHECKSUM || at >= CHECKSUM_END)) {
        count++;
      }
    }
    return count;
  }

  /** Digits between blanks and NULs; a field without any is 0. */
  long number(int offset, int width) throws CorruptArchiveException {
    if ((bytes[offset] & 0x80) != 0) {
      return base256(offset, width);
    }
    int at = offset;
    int end = offset + width;
    while (at < end && bytes[at] == ' ') {
      at++;
    }
    long value = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '7') {
      value = value << 3 | (bytes[at++] - '0');
    }
    while (at < end) {
      if (bytes[at] != ' ' && bytes[at] != 0) {
        throw new CorruptArchiveException("invalid octal number in tar header");
      }
      at++;
    }
    return value;
  }

  private long base256(int offset, int width) throws CorruptArchiveException {
    boolean negative = (bytes[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int at = offset; at < offset + width; at++) {
      int b = at == offset ? (bytes[at] & 0x3f) | (negative ? 0xc0 : 0) : bytes[at] & 0xff;
      if (value >> 55 != (negative ? -1 : 0)) {
        throw new CorruptArchiveException("a tar has a number that is too large");
      }
      value = value << 8 | b;
    }
    return value;
  }
}
