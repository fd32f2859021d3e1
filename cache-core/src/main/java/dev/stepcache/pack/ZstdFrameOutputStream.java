package dev.stepcache.pack;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * One zstd frame (RFC 8878) of a size that is known beforehand. The same bytes always give the same
 * frame, however they were cut into writes: level 3, one thread, and every byte is streamed, since
 * streamed and one-shot compression differ. Closing ends the frame and leaves {@code out} open.
 */
final class ZstdFrameOutputStream extends OutputStream {
  private static final int LEVEL = 3;
  private static final int BUFFER = 128 << 10;

  private final OutputStream out;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER);
  private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER);
  private final byte[] copy = new byte[BUFFER];
  private long missing;
  private boolean closed;

  ZstdFrameOutputStream(OutputStream out, long size) {
    this.out = out;
    this.missing = size;
    context.setLevel(LEVEL);
    context.setContentSize(true);
    context.setPledgedSrcSize(size);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > missing) {
      throw new IllegalStateException("more bytes than were pledged for the frame");
    }
    missing -= length;
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int count = Math.min(input.remaining(), end - at);
      input.put(bytes, at, count);
      at += count;
      if (!input.hasRemaining()) {
        compress();
      }
    }
  }

  private void compress() throws IOException {
    input.flip();
    while (input.hasRemaining()) {
      context.compressDirectByteBufferStream(output, input, EndDirective.CONTINUE);
      drain();
    }
    input.clear();
  }

  private void drain() throws IOException {
    output.flip();
    int count = output.remaining();
    output.get(copy, 0, count);
    out.write(copy, 0, count);
    output.clear();
  }

  /** Ends the frame; all pledged bytes must have been written. */
  void finish() throws IOException {
    if (missing > 0) {
      throw new IllegalStateException("fewer bytes than were pledged for the frame");
    }
    compress();
    boolean done;
    do {
      done = context.compressDirectByteBufferStream(output, input.limit(0), EndDirective.END);
      drain();
    } while (!done);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      context.close();
    }
  }
}
