package dev.stepcache.hostile;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One header block of a tar, field by field, true or not. It begins as a correct ustar header; the
 * checksum is right unless it is set.
 */
final class RawHeader {
  static final int NAME = 0;
  static final int MODE = 100;
  static final int UID = 108;
  static final int GID = 116;
  static final int SIZE = 124;
  static final int MTIME = 136;
  static final int CHECKSUM = 148;
  static final int TYPE = 156;
  static final int LINK = 157;
  static final int MAGIC = 257;
  static final int PREFIX = 345;

  /** In seconds, of each entry for which no other is said. */
  static final long TIME = 1_600_000_000L;

  private final byte[] block = new byte[512];
  private boolean summed;

  private RawHeader(char type, String name) {
    text(NAME, name);
    octal(MODE, 8, type == '5' ? 0755 : 0644);
    octal(UID, 8, 0);
    octal(GID, 8, 0);
    octal(SIZE, 12, 0);
    octal(MTIME, 12, TIME);
    block[TYPE] = (byte) type;
    text(MAGIC, "ustar\00000");
  }

  static RawHeader of(char type, String name) {
    return new RawHeader(type, name);
  }

  static RawHeader file(String name, long size) {
    return of('0', name).octal(SIZE, 12, size);
  }

  static RawHeader folder(String name) {
    return of('5', name);
  }

  static RawHeader link(char type, String name, String target) {
    return of(type, name).text(LINK, target);
  }

  /** Any bytes, beginning at a field; what was behind them stays. */
  RawHeader bytes(int offset, byte... value) {
    System.arraycopy(value, 0, block, offset, value.length);
    return this;
  }

  RawHeader text(int offset, String value) {
    return bytes(offset, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Digits that fill the field but for a NUL. */
  RawHeader octal(int offset, int width, long value) {
    String digits = Long.toOctalString(value);
    return text(offset, "0".repeat(width - 1 - digits.length()) + digits + "\0");
  }

  /** A field of text that is filled up with NULs. */
  RawHeader field(int offset, int width, String value) {
    return bytes(offset, Arrays.copyOf(value.getBytes(StandardCharsets.UTF_8), width));
  }

  /** GNU's binary numbers: two's complement, with the first bit set. */
  RawHeader base256(int offset, int width, BigInteger value) {
    byte[] field = new byte[width];
    Arrays.fill(field, (byte) (value.signum() < 0 ? 0xff : 0));
    byte[] bytes = value.toByteArray();
    System.arraycopy(bytes, 0, field, width - bytes.length, bytes.length);
    field[0] |= (byte) 0x80;
    return bytes(offset, field);
  }

  RawHeader mode(int mode) {
    return octal(MODE, 8, mode);
  }

  /** As before POSIX: without magic, and so without prefix. */
  RawHeader old() {
    return bytes(MAGIC, new byte[8]);
  }

  RawHeader gnu() {
    return text(MAGIC, "ustar  \0");
  }

  RawHeader checksum(String field) {
    summed = true;
    return text(CHECKSUM, field);
  }

  /** The sum over bytes that count from -128 to 127, as some old tools had it. */
  RawHeader signedChecksum() {
    return checksum(String.format("%06o\0 ", sum(true)));
  }

  int sum(boolean signed) {
    int sum = 0;
    for (int at = 0; at < block.length; at++) {
      byte b = at >= CHECKSUM && at < TYPE ? (byte) ' ' : block[at];
      sum += signed ? b : b & 0xff;
    }
    return sum;
  }

  byte[] block() {
    byte[] result = block.clone();
    if (!summed) {
      byte[] sum = String.format("%06o\0 ", sum(false)).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(sum, 0, result, CHECKSUM, sum.length);
    }
    return result;
  }
}
