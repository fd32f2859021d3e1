package dev.stepcache.http;

import dev.stepcache.store.BlobSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A request's body on its way out. Remembers what went wrong, and on which side. */
final class Outgoing extends AbstractHttpEntity {
  private static final int BUFFER = 1 << 16;

  /** The other side did not take the body; it may have said why. */
  static final class NotTaken extends IOException {
    private final transient IOException reason;

    private NotTaken(IOException reason) {
      super(reason);
      this.reason = reason;
    }

    IOException reason() {
      return reason;
    }
  }

  private final long length;
  private final BlobSource source;
  private final StallWatchdog watch;
  private final Runnable cutting;
  private Optional<IOException> failure = Optional.empty();
  private boolean wasSilence;

  private Outgoing(
      String contentType, long length, BlobSource source, StallWatchdog watch, Runnable cutting) {
    super(contentType, null, false);
    this.length = length;
    this.source = source;
    this.watch = watch;
    this.cutting = cutting;
  }

  /**
   * @param cutting ends the connection when no byte is taken for too long
   */
  static Outgoing of(Body body, StallWatchdog watch, Runnable cutting) {
    return switch (body) {
      case Body.None none ->
          ofBytes(new byte[0], ContentType.APPLICATION_OCTET_STREAM.getMimeType(), watch, cutting);
      case Body.Bytes bytes -> ofBytes(bytes.content(), bytes.contentType(), watch, cutting);
      case Body.Blob blob ->
          new Outgoing(
              ContentType.APPLICATION_OCTET_STREAM.getMimeType(),
              blob.length(),
              blob.source(),
              watch,
              cutting);
    };
  }

  private static Outgoing ofBytes(
      byte[] content, String contentType, StallWatchdog watch, Runnable cutting) {
    return new Outgoing(
        contentType, content.length, () -> new ByteArrayInputStream(content), watch, cutting);
  }

  /** What went wrong with the body's source, as it came. */
  Optional<IOException> failure() {
    return failure;
  }

  /** Whether it was cut because the other side took no byte for too long. */
  boolean wasSilence() {
    return wasSilence;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (InputStream in = opened();
        StallWatchdog.Watched watched = watch.watch(cutting)) {
      try {
        write(in, out, watched);
      } finally {
        wasSilence = watched.wasCut();
      }
    }
  }

  private void write(InputStream in, OutputStream out, StallWatchdog.Watched watched)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, length + 1)];
    for (long left = length; left > 0; ) {
      int count = read(in, buffer, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw remembered(new IOException("a blob ended " + left + " bytes before its length"));
      }
      watched.progress();
      hand(out, buffer, count);
      watched.progress();
      left -= count;
    }
    if (read(in, buffer, 1) >= 0) {
      throw remembered(new IOException("a blob is longer than its " + length + " bytes"));
    }
    hand(out, buffer, 0);
  }

  private static void hand(OutputStream out, byte[] buffer, int count) throws NotTaken {
    try {
      if (count > 0) {
        out.write(buffer, 0, count);
      } else {
        out.flush();
      }
    } catch (IOException e) {
      throw new NotTaken(e);
    }
  }

  private InputStream opened() throws IOException {
    try {
      return source.open();
    } catch (IOException e) {
      throw remembered(e);
    }
  }

  private int read(InputStream in, byte[] buffer, int most) throws IOException {
    try {
      return in.read(buffer, 0, most);
    } catch (IOException e) {
      throw remembered(e);
    }
  }

  private IOException remembered(IOException e) {
    failure = Optional.of(e);
    return e;
  }

  /** Only the wire opens it again, for another try. */
  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public long getContentLength() {
    return length;
  }

  @Override
  public InputStream getContent() throws IOException {
    return opened();
  }

  /** Nothing is open but while it is written. */
  @Override
  public void close() {}
}
