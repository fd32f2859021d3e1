package dev.stepcache.archive;

import dev.stepcache.disk.ContentSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A tar's bytes, read ahead into one window: headers are small, and each read costs a decoder a
 * call. Contents are taken from the window in place.
 */
final class TarBytes extends InputStream implements ContentSource {
  private static final int WINDOW = LONGEST + (64 << 10);

  private final InputStream in;
  private final byte[] window = new byte[WINDOW];
  private int at;
  private int end;

  TarBytes(InputStream in) {
    this.in = in;
  }

  /** Has so many bytes in the window, or all that are left. */
  private int ahead(int length) throws IOException {
    if (end - at < length) {
      System.arraycopy(window, at, window, 0, end - at);
      end -= at;
      at = 0;
      while (end < length) {
        int count = in.read(window, end, WINDOW - end);
        if (count < 0) {
          return end;
        }
        end += count;
      }
    }
    return length;
  }

  @Override
  public int next(int length) throws IOException {
    if (ahead(length) < length) {
      throw new EOFException("the content of a file ends too early");
    }
    int start = at;
    at += length;
    return start;
  }

  @Override
  public byte[] bytes() {
    return window;
  }

  /** Passes over so many bytes; false if there are fewer. */
  boolean passOver(long count) throws IOException {
    long left = count;
    while (left > 0) {
      int length = (int) Math.min(left, LONGEST);
      if (ahead(length) < length) {
        return false;
      }
      at += length;
      left -= length;
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    return ahead(1) < 1 ? -1 : window[at++] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (ahead(1) < 1) {
      return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(window, at, into, offset, count);
    at += count;
    return count;
  }
}
