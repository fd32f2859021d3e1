package dev.stepcache.objects;

import dev.stepcache.io.BulkInputStream;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.WrongContentException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Bytes that are sent as a blob. Whoever sends them knows how many they are, and does not read on
 * to their end: so the last of them come only once all were found to be the blob. Who skips some,
 * to send a part alone, is told of wrong lengths only, and has to look at the whole himself.
 */
final class CheckedInputStream extends BulkInputStream {
  private final InputStream in;
  private final Descriptor blob;
  private final MessageDigest sha256 = Digest.sha256();
  private long position;
  private boolean whole = true;

  CheckedInputStream(InputStream in, Descriptor blob) {
    this.in = in;
    this.blob = blob;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count < 0) {
      if (position < blob.size()) {
        throw wrong("ended after " + position + " of " + blob.size() + " bytes");
      }
      return -1;
    }
    position += count;
    if (whole) {
      sha256.update(bytes, offset, count);
    }
    if (count > 0 && position >= blob.size()) {
      checkTheEnd();
    }
    return count;
  }

  private void checkTheEnd() throws IOException {
    if (position > blob.size() || in.read() >= 0) {
      throw wrong("is longer than the " + blob.size() + " bytes promised");
    }
    if (whole) {
      Digest actual = Digest.of(sha256);
      if (!actual.equals(blob.digest())) {
        throw wrong("the content has " + actual);
      }
    }
  }

  private WrongContentException wrong(String why) {
    return new WrongContentException(blob.digest() + ": " + why);
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(count);
    whole &= skipped == 0;
    position += skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
