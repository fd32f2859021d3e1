package dev.stepcache.archive;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Compresses what is written, the same however it was cut into writes. Each {@link #finish} ends a
 * frame; {@code out} is left open, and so is the compressor, which is this stream's alone
 * meanwhile.
 */
public final class CompressingOutputStream extends OutputStream {
  private final OutputStream out;
  private final FrameCompressor compressor;

  /**
   * @param compressor which begins a blob here
   */
  public CompressingOutputStream(OutputStream out, FrameCompressor compressor) {
    this.out = out;
    this.compressor = compressor;
    compressor.begin();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int count = Math.min(compressor.input().remaining(), end - at);
      compressor.input().put(bytes, at, count);
      at += count;
      if (!compressor.input().hasRemaining()) {
        compressor.compress(out);
      }
    }
  }

  /** Ends the frame; what is written afterwards begins another. */
  public void finish() throws IOException {
    compressor.finish(out);
  }
}
