package dev.stepcache.archive;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** One frame for all, streamed, with long-distance matching over a window of 32 MiB. */
final class LongFrame implements FrameCompressor {
  /** As much as a reader takes, as a power of two. */
  static final int WINDOW_LOG = Decompression.LARGEST_WINDOW_LOG;

  private static final int LEVEL = 3;
  private static final int BUFFER = 128 << 10;

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final Arena arena = Arena.ofShared();
  private final byte[] piece = new byte[BUFFER];
  private final ByteBuffer input = arena.allocate(BUFFER).asByteBuffer();
  private final ByteBuffer output = arena.allocate(BUFFER).asByteBuffer();

  @Override
  public void begin() {
    input.clear();
    context.reset();
    context.setLevel(LEVEL);
    context.setLong(WINDOW_LOG);
  }

  @Override
  public ByteBuffer input() {
    return input;
  }

  @Override
  public void compress(OutputStream out) throws IOException {
    input.flip();
    while (input.hasRemaining()) {
      context.compressDirectByteBufferStream(output, input, EndDirective.CONTINUE);
      drain(out);
    }
    input.clear();
  }

  @Override
  public void finish(OutputStream out) throws IOException {
    compress(out);
    boolean done;
    do {
      done = context.compressDirectByteBufferStream(output, input.limit(0), EndDirective.END);
      drain(out);
    } while (!done);
    input.clear();
  }

  private void drain(OutputStream out) throws IOException {
    output.flip();
    int count = output.remaining();
    output.get(piece, 0, count);
    out.write(piece, 0, count);
    output.clear();
  }

  @Override
  public void close() {
    context.close();
    arena.close();
  }
}
