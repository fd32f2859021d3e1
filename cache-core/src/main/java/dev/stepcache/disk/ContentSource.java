package dev.stepcache.disk;

import dev.stepcache.syscall.SystemCalls;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a file is made of, a piece at a time and in place: whoever writes it takes the bytes from
 * where they were decoded to.
 */
public interface ContentSource {
  /** The longest piece, in bytes. */
  int LONGEST = SystemCalls.BUFFER;

  /**
   * Makes exactly the next {@code length} bytes, at most {@link #LONGEST}, readable in {@link
   * #bytes}, until the next call.
   *
   * @return where they begin
   * @throws EOFException when there are fewer
   */
  int next(int length) throws IOException;

  /** Where the piece lies that {@link #next} was asked for last. */
  byte[] bytes();

  /** The bytes of a stream; nothing behind the last piece is read. */
  static ContentSource of(InputStream in) {
    byte[] bytes = new byte[LONGEST];
    return new ContentSource() {
      @Override
      public int next(int length) throws IOException {
        if (in.readNBytes(bytes, 0, length) < length) {
          throw new EOFException("the content of a file ends too early");
        }
        return 0;
      }

      @Override
      public byte[] bytes() {
        return bytes;
      }
    };
  }
}
