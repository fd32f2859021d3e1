package dev.stepcache.objects;

import dev.stepcache.io.BulkInputStream;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.BlobSource;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A payload, or a part of one, on its way to a service. Its last byte is given only once the whole
 * has the digest that was promised: what is sent by its length is then never whole if it is wrong.
 */
public final class PayloadPart extends BulkInputStream {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final Payload payload;
  private final boolean last;
  private final MessageDigest sha256 = Digest.sha256();
  private long left;

  private PayloadPart(InputStream in, Payload payload, long from, long length) throws IOException {
    this.in = in;
    this.payload = payload;
    this.last = from + length == payload.size();
    this.left = from;
    byte[] before = new byte[BUFFER];
    while (left > 0) {
      next(before, 0, before.length);
    }
    this.left = length;
    if (length == 0) {
      verify();
    }
  }

  /** All of it. */
  public static BlobSource all(Payload payload) {
    return of(payload, 0, payload.size());
  }

  /**
   * @param length of the part, which begins at {@code from}
   */
  public static BlobSource of(Payload payload, long from, long length) {
    return () -> {
      InputStream in = payload.source().open();
      boolean opened = false;
      try {
        InputStream part = new PayloadPart(in, payload, from, length);
        opened = true;
        return part;
      } finally {
        if (!opened) {
          in.close();
        }
      }
    };
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int count = next(bytes, offset, length);
    if (left == 0) {
      verify();
    }
    return count;
  }

  private int next(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new BrokenContentException(
          payload.digest() + ": ended before the " + payload.size() + " bytes promised");
    }
    if (last) {
      sha256.update(bytes, offset, count);
    }
    left -= count;
    return count;
  }

  private void verify() throws IOException {
    if (!last) {
      return;
    }
    if (in.read() >= 0) {
      throw new BrokenContentException(
          payload.digest() + ": is longer than the " + payload.size() + " bytes promised");
    }
    Digest actual = Digest.of(sha256);
    if (!actual.equals(payload.digest())) {
      throw new BrokenContentException(payload.digest() + ": the content has " + actual);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
