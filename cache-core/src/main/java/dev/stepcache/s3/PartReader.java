package dev.stepcache.s3;

import dev.stepcache.io.BulkInputStream;
import dev.stepcache.store.BlobSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A blob that is read part by part. Parts in their order come from one stream; one that is wanted
 * once more, for another try, costs a stream of its own up to there. Used by one thread.
 */
final class PartReader implements Closeable {
  private final BlobSource whole;
  private Optional<InputStream> in = Optional.empty();
  private long position;

  PartReader(BlobSource whole) {
    this.whole = whole;
  }

  /** Some of the bytes; closing it leaves the rest for the next part. */
  InputStream open(long from, long length) throws IOException {
    InputStream at = at(from);
    return new BulkInputStream() {
      private long left = length;

      @Override
      public int read(byte[] bytes, int offset, int count) throws IOException {
        int most = (int) Math.min(left, count);
        int read = most == 0 && count > 0 ? -1 : at.read(bytes, offset, most);
        left -= Math.max(read, 0);
        position += Math.max(read, 0);
        return read;
      }
    };
  }

  private InputStream at(long from) throws IOException {
    if (in.isPresent() && position == from) {
      return in.get();
    }
    close();
    InputStream opened = whole.open();
    in = Optional.of(opened);
    opened.skipNBytes(from);
    position = from;
    return opened;
  }

  /** Whether there is nothing behind what was read. */
  boolean isAtEnd() throws IOException {
    return in.isPresent() && in.get().read() < 0;
  }

  @Override
  public void close() throws IOException {
    if (in.isPresent()) {
      in.get().close();
      in = Optional.empty();
    }
  }
}
