package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.oci.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link VarintWriter} wrote; nothing is allocated by a length that was not checked. */
public final class VarintReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  /**
   * Reads some of the bytes.
   *
   * @param end the offset after the last one
   */
  public VarintReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Reads all of the bytes. */
  public VarintReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Whether anything is left. */
  public boolean hasMore() {
    return at < end;
  }

  /**
   * The next number.
   *
   * @throws CorruptArchiveException when the bytes end in it, or it has over 64 bits
   */
  public long next() throws CorruptArchiveException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        break;
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new CorruptArchiveException("the index ends in mid-number");
  }

  /** A number from 0 to {@code most}. */
  public int bounded(int most) throws CorruptArchiveException {
    long value = next();
    if (value < 0 || value > most) {
      throw new CorruptArchiveException("the index has the number " + value + " out of bounds");
    }
    return (int) value;
  }

  /** A number of things that take at least a byte each, and so fit into what is left. */
  int count() throws CorruptArchiveException {
    int count = bounded(Integer.MAX_VALUE);
    if (count > end - at) {
      throw new CorruptArchiveException("the index ends too early");
    }
    return count;
  }

  VarintReader section() throws CorruptArchiveException {
    int length = count();
    VarintReader section = new VarintReader(bytes, at, at + length);
    at += length;
    return section;
  }

  Digest digest() throws CorruptArchiveException {
    if (end - at < 32) {
      throw new CorruptArchiveException("the index ends in mid-digest");
    }
    at += 32;
    return Digest.ofHash(Arrays.copyOfRange(bytes, at - 32, at));
  }

  /**
   * The next text.
   *
   * @throws CorruptArchiveException when it is cut off, or no UTF-8
   */
  public String text() throws CorruptArchiveException {
    int length = count();
    at += length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, at - length, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new CorruptArchiveException("the index has a text that is no UTF-8");
    }
  }

  /** Bytes of which the first ones are those of {@code last}. */
  public byte[] sharing(byte[] last, int longest) throws CorruptArchiveException {
    int shared = bounded(last.length);
    int length = count();
    if (shared + length > longest) {
      throw new CorruptArchiveException("the index has a name that is too long");
    }
    byte[] result = Arrays.copyOf(last, shared + length);
    System.arraycopy(bytes, at, result, shared, length);
    at += length;
    return result;
  }

  RunReader runs() {
    return new RunReader();
  }

  /** Reads modes that were written as runs of equal ones. */
  final class RunReader {
    private int mode;
    private long left;

    int next() throws CorruptArchiveException {
      if (left == 0) {
        mode = bounded(0777);
        left = VarintReader.this.next();
        if (left <= 0) {
          throw new CorruptArchiveException("the index has an empty run of modes");
        }
      }
      left--;
      return mode;
    }
  }
}
