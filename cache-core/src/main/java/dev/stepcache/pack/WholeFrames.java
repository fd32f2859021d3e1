package dev.stepcache.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Frames of 8 MiB, the last one of the rest, each compressed at once: what is streamed runs through
 * a ring, where zstd is slower. Smaller ones make larger layers (docs/format.md, compression);
 * larger ones would not fit a small container twice.
 */
final class WholeFrames implements FrameCompressor {
  static final int LARGEST = 8 << 20;

  private static final int LEVEL = 3;
  private static final int PIECE = 128 << 10;

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final Arena arena = Arena.ofShared();
  private final byte[] piece = new byte[PIECE];
  private final ByteBuffer input;
  private final ByteBuffer output;

  /**
   * @param size of what will be compressed at most, as far as that is known
   */
  WholeFrames(long size) {
    int most = (int) Math.max(1, Math.min(size, LARGEST));
    this.input = arena.allocate(most).asByteBuffer();
    this.output = arena.allocate(Zstd.compressBound(most)).asByteBuffer();
    context.setLevel(LEVEL);
    context.setContentSize(true);
  }

  @Override
  public void begin() {
    input.clear();
  }

  @Override
  public ByteBuffer input() {
    return input;
  }

  @Override
  public void compress(OutputStream out) throws IOException {
    int length =
        context.compressDirectByteBuffer(output, 0, output.capacity(), input, 0, input.position());
    input.clear();
    for (int at = 0; at < length; at += PIECE) {
      int count = Math.min(PIECE, length - at);
      output.get(at, piece, 0, count);
      out.write(piece, 0, count);
    }
  }

  @Override
  public void finish(OutputStream out) throws IOException {
    if (input.position() > 0) {
      compress(out);
    }
  }

  @Override
  public void close() {
    context.close();
    arena.close();
  }
}
