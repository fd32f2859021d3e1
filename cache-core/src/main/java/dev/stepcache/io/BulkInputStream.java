package dev.stepcache.io;

import java.io.IOException;
import java.io.InputStream;

/**
 * An InputStream that is read many bytes at a time, whose {@link #read()} is a read of one: who
 * extends it says once what reading is, and none of its bytes comes past that.
 */
public abstract class BulkInputStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
