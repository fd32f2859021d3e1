package dev.stepcache.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A local index that is written, as big-endian numbers and names. */
final class LocalIndexOutput {
  /** Longer than anything that is put at once. */
  static final int BUFFER = 1 << 16;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  LocalIndexOutput(FileChannel file) {
    this.file = file;
  }

  /** Room for so many bytes. */
  ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  void name(byte[] utf8, int length) throws IOException {
    room(Integer.BYTES + length).putInt(length).put(utf8, 0, length);
  }

  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }
}
