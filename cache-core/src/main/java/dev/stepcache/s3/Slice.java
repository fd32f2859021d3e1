package dev.stepcache.s3;

import dev.stepcache.io.BulkInputStream;
import dev.stepcache.store.BlobSource;
import java.io.IOException;
import java.io.InputStream;

/** Some of a blob's bytes, which may be opened again for another try. */
record Slice(BlobSource whole, long from, long length) implements BlobSource {
  @Override
  public InputStream open() throws IOException {
    InputStream in = at(from);
    return new BulkInputStream() {
      private long left = length;

      @Override
      public int read(byte[] bytes, int offset, int count) throws IOException {
        int most = (int) Math.min(left, count);
        int read = most == 0 && count > 0 ? -1 : in.read(bytes, offset, most);
        left -= Math.max(read, 0);
        return read;
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  /** Whether the blob has bytes behind these. */
  boolean goesOn() throws IOException {
    try (InputStream in = at(from + length)) {
      return in.read() >= 0;
    }
  }

  private InputStream at(long position) throws IOException {
    InputStream in = whole.open();
    boolean there = false;
    try {
      in.skipNBytes(position);
      there = true;
      return in;
    } finally {
      if (!there) {
        in.close();
      }
    }
  }
}
