package dev.stepcache.oci;

import dev.stepcache.io.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Passes a blob on and throws {@link BrokenContentException} at its end, or as soon as it is too
 * long, if it is not what its descriptor promised. Only a caller that has seen the end (-1) has
 * verified content.
 */
public final class VerifyingInputStream extends BulkInputStream {
  private final InputStream in;
  private final Descriptor expected;
  private final MessageDigest sha256 = Digest.sha256();
  private long size;
  private boolean verified;

  /**
   * @param expected digest and size, of which the end of the stream is the proof
   */
  public VerifyingInputStream(InputStream in, Descriptor expected) {
    this.in = in;
    this.expected = expected;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = in.read(bytes, offset, length);
    if (count < 0) {
      verify();
      return -1;
    }
    sha256.update(bytes, offset, count);
    size += count;
    if (size > expected.size()) {
      throw new BrokenContentException(
          expected.digest() + ": is longer than the " + expected.size() + " bytes promised");
    }
    return count;
  }

  private void verify() throws BrokenContentException {
    if (verified) {
      return;
    }
    if (size != expected.size()) {
      throw new BrokenContentException(
          expected.digest() + ": ended after " + size + " of " + expected.size() + " bytes");
    }
    Digest actual = Digest.of(sha256);
    if (!actual.equals(expected.digest())) {
      throw new BrokenContentException(expected.digest() + ": the content has " + actual);
    }
    verified = true;
  }

  /** Reads what is left, so that the whole blob is verified. */
  public void drain() throws IOException {
    byte[] rest = new byte[1 << 16];
    while (read(rest, 0, rest.length) >= 0) {
      // only the verification at the end is wanted
    }
  }

  @Override
  public long skip(long count) throws IOException {
    return count <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(count, 1 << 16)]));
  }

  /** A decoder asks it, to read on while that waits for nobody. */
  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
