package dev.stepcache.archive;

import dev.stepcache.io.BulkInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952), all members of it. The JDK's own reader takes whatever follows a
 * member and is none for the end; here it is an error, as is a member that is cut or damaged.
 */
final class Gunzip extends BulkInputStream {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int KNOWN = 31;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private boolean ended;

  Gunzip(InputStream in) throws IOException {
    this.in = in;
    header();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        crc.update(bytes, offset, count);
        return count;
      }
      if (inflater.finished()) {
        at = end - inflater.getRemaining();
        trailer();
        ended = !hasMore();
        if (!ended) {
          header();
        }
      } else if (inflater.needsDictionary()) {
        throw new ZipException("wants a dictionary");
      } else if (inflater.needsInput()) {
        at = end;
        if (!hasMore()) {
          throw new EOFException("ends in mid-member");
        }
        inflater.setInput(buffer, 0, end);
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new ZipException(String.valueOf(e.getMessage()));
    }
  }

  private void trailer() throws IOException {
    long sum = crc.getValue();
    long size = inflater.getBytesWritten() & 0xffffffffL;
    if (number(4) != sum || number(4) != size) {
      throw new ZipException("a member has a wrong sum or size");
    }
  }

  private void header() throws IOException {
    crc.reset();
    if (next() != 0x1f || next() != 0x8b || next() != 8) {
      throw new ZipException("a member does not begin as one");
    }
    int flags = next();
    if ((flags & ~KNOWN) != 0) {
      throw new ZipException("a member has reserved flags");
    }
    number(4);
    number(2);
    if ((flags & EXTRA) != 0) {
      for (long left = number(2); left > 0; left--) {
        next();
      }
    }
    for (int field = NAME; field <= COMMENT; field *= 2) {
      while ((flags & field) != 0 && next() != 0) {
        // text up to a NUL
      }
    }
    if ((flags & HEADER_CRC) != 0) {
      long sum = crc.getValue() & 0xffff;
      if (number(2) != sum) {
        throw new ZipException("a member's header has a wrong sum");
      }
    }
    crc.reset();
    inflater.reset();
    inflater.setInput(buffer, at, end - at);
  }

  private long number(int bytes) throws IOException {
    long value = 0;
    for (int byteAt = 0; byteAt < bytes; byteAt++) {
      value |= (long) next() << (8 * byteAt);
    }
    return value;
  }

  private int next() throws IOException {
    if (!hasMore()) {
      throw new EOFException("ends in mid-member");
    }
    int next = buffer[at++] & 0xff;
    crc.update(next);
    return next;
  }

  private boolean hasMore() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return at < end;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
