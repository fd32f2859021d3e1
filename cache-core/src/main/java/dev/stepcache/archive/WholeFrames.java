package dev.stepcache.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Frames of 8 MiB, the last one of the rest, each compressed at once: what is streamed runs through
 * a ring, where zstd is slower. Smaller ones make larger layers (docs/format.md, compression);
 * larger ones would not fit a small container twice.
 */
public final class WholeFrames implements FrameCompressor {
  /** How many bytes one frame holds, uncompressed; measured (docs/format.md, compression). */
  public static final int LARGEST = 8 << 20;

  private static final int LEVEL = 3;
  private static final int LEVEL_OF_COMPRESSED = 1;
  private static final int LEVEL_OF_SAMPLE = -3;
  private static final int SAMPLES = 8;
  private static final int SAMPLE = 32 << 10;
  private static final int SMALLEST_SAMPLED = 1 << 20;
  private static final int COMPRESSED_PERCENT = 85;
  private static final int PIECE = 128 << 10;

  private final IdleCores idle;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final Arena arena = Arena.ofShared();
  private final byte[] piece = new byte[PIECE];
  private final int most;
  private final ByteBuffer output;
  private ByteBuffer input;

  /** The one that is not filled at the moment; made when a frame is first compressed elsewhere. */
  private Optional<ByteBuffer> other = Optional.empty();

  /** What is compressed elsewhere, from {@link #other}; nothing else may touch the output then. */
  private Optional<IdleCores.Begun> begun = Optional.empty();

  /** How many bytes of output that made. */
  private int made;

  /**
   * @param size of what will be compressed at most, as far as that is known
   * @param idle where one frame may be compressed while the next is filled
   */
  WholeFrames(long size, IdleCores idle) {
    this.idle = idle;
    this.most = (int) Math.max(1, Math.min(size, LARGEST));
    this.input = arena.allocate(most).asByteBuffer();
    this.output = arena.allocate(Zstd.compressBound(most)).asByteBuffer();
    context.setContentSize(true);
  }

  @Override
  public void begin() {
    giveUp();
    input.clear();
  }

  @Override
  public ByteBuffer input() {
    return input;
  }

  @Override
  public void compress(OutputStream out) throws IOException {
    writeBegun(out);
    ByteBuffer full = input;
    begun = idle.begin(() -> made = compressed(full));
    if (begun.isPresent()) {
      input = other.orElseGet(() -> arena.allocate(most).asByteBuffer());
      other = Optional.of(full);
    } else {
      write(compressed(full), out);
    }
    input.clear();
  }

  private int compressed(ByteBuffer frame) {
    int length = frame.position();
    context.setLevel(isCompressedAlready(frame, length) ? LEVEL_OF_COMPRESSED : LEVEL);
    return compressedPart(frame, 0, length);
  }

  private int compressedPart(ByteBuffer frame, int from, int length) {
    return context.compressDirectByteBuffer(output, 0, output.capacity(), frame, from, length);
  }

  /**
   * Whether most of a frame is jars, zips, images and the like, as far as a sample tells: there the
   * usual level takes two to five times as long as the fast one, and finds 2 % more.
   */
  private boolean isCompressedAlready(ByteBuffer frame, int length) {
    if (length < SMALLEST_SAMPLED) {
      return false;
    }
    context.setLevel(LEVEL_OF_SAMPLE);
    int compressed = 0;
    for (int number = 0; number < SAMPLES; number++) {
      compressed += compressedPart(frame, length / SAMPLES * number, SAMPLE);
    }
    return compressed > SAMPLES * SAMPLE / 100 * COMPRESSED_PERCENT;
  }

  @Override
  public void finish(OutputStream out) throws IOException {
    writeBegun(out);
    if (input.position() > 0) {
      write(compressed(input), out);
      input.clear();
    }
  }

  private void writeBegun(OutputStream out) throws IOException {
    if (begun.isPresent()) {
      begun.get().await();
      begun = Optional.empty();
      write(made, out);
    }
  }

  private void write(int length, OutputStream out) throws IOException {
    for (int at = 0; at < length; at += PIECE) {
      int count = Math.min(PIECE, length - at);
      output.get(at, piece, 0, count);
      out.write(piece, 0, count);
    }
  }

  private void giveUp() {
    try {
      begun.ifPresent(IdleCores.Begun::await);
    } catch (RuntimeException e) {
      // Nobody wants that frame any more; what counts is that its memory is free.
    }
    begun = Optional.empty();
  }

  @Override
  public void close() {
    giveUp();
    context.close();
    arena.close();
  }
}
