package dev.stepcache.format;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.tree.EntryName;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** A local index from an offset on, as big-endian numbers and names. */
final class LocalIndexInput {
  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);
  private long at;

  LocalIndexInput(FileChannel file, long from) {
    this.file = file;
    this.at = from;
  }

  private ByteBuffer next(int length) throws IOException {
    if (buffer.remaining() < length) {
      buffer.compact();
      while (buffer.position() < length) {
        int count = file.read(buffer, at);
        if (count < 0) {
          throw new EOFException();
        }
        at += count;
      }
      buffer.flip();
    }
    return buffer;
  }

  int number1() throws IOException {
    return next(Byte.BYTES).get() & 0xff;
  }

  int number2() throws IOException {
    return next(Short.BYTES).getShort() & 0xffff;
  }

  int number4() throws IOException {
    return next(Integer.BYTES).getInt();
  }

  long number8() throws IOException {
    return next(Long.BYTES).getLong();
  }

  void bytes(byte[] into, int length) throws IOException {
    next(length).get(into, 0, length);
  }

  byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    bytes(bytes, length);
    return bytes;
  }

  String name(int length) throws IOException {
    return new String(bytes(checkedLength(length)), StandardCharsets.UTF_8);
  }

  /** The length of a name, which is no longer than a name can be. */
  static int checkedLength(int length) throws CorruptArchiveException {
    if (length <= 0 || length > EntryName.LONGEST) {
      throw new CorruptArchiveException("the local index has a name that is too long");
    }
    return length;
  }
}
