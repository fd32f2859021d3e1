package dev.stepcache.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Makes zstd frames (RFC 8878) or gzip members (RFC 1952) of what is put into a buffer. The same
 * bytes always give the same frames, whatever was made before: it is used for one layer after
 * another, since memory that is new costs more than it takes to fill it. For one thread at a time.
 */
public sealed interface FrameCompressor extends AutoCloseable
    permits WholeFrames, LongFrame, GzipMembers {
  /** Forgets what was begun. */
  void begin();

  /** Where to put what is to be compressed. */
  ByteBuffer input();

  /** Compresses the input, which is full, and makes room. */
  void compress(OutputStream out) throws IOException;

  /** Compresses what the input has, and ends the frame. */
  void finish(OutputStream out) throws IOException;

  @Override
  void close();
}
