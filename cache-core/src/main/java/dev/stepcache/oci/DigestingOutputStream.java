package dev.stepcache.oci;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes bytes on, and knows their digest and number. */
public final class DigestingOutputStream extends FilterOutputStream {
  private final MessageDigest sha256 = Digest.sha256();
  private long size;

  /**
   * Begins with nothing written.
   *
   * @param out gets all that is written, and is closed with this
   */
  public DigestingOutputStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    sha256.update((byte) b);
    size++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    sha256.update(bytes, offset, length);
    size += length;
  }

  /** How many bytes were written. */
  public long size() {
    return size;
  }

  /** What was written so far, described; the stream must not be written to afterwards. */
  public Descriptor descriptor(MediaType mediaType) {
    return new Descriptor(mediaType, Digest.of(sha256), size);
  }
}
