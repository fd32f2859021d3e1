package dev.stepcache.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/**
 * An answer whose head has arrived. Closing it leaves the connection for the next request if little
 * of the body is left, and ends it otherwise.
 */
public final class Response implements Closeable {
  private static final int WORTH_DRAINING = 1 << 16;

  /** A new connection takes less than this over most distances. */
  private static final Duration DRAINING = Duration.ofMillis(500);

  private static final Pattern SECONDS = Pattern.compile("[0-9]+");

  private final ClassicHttpResponse answer;
  private final Origin origin;
  private final URI uri;
  private final Runnable cutting;
  private final Runnable ended;
  private final InputStream body;

  /**
   * @param cutting ends the connection, and does not wait for it; harmless when all was read
   * @param ended is run when nobody will read on
   */
  Response(ClassicHttpResponse answer, URI uri, Runnable cutting, Runnable ended)
      throws IOException {
    this.answer = answer;
    this.uri = uri;
    this.origin = Origin.of(uri);
    this.cutting = cutting;
    this.ended = ended;
    HttpEntity entity = answer.getEntity();
    this.body = entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** The status code. */
  public int status() {
    return answer.getCode();
  }

  /** The host that answered, after redirects. */
  public Origin origin() {
    return origin;
  }

  /** The address that answered, after redirects. */
  public URI uri() {
    return uri;
  }

  /** The header of a name, in any case; the last one where there are several. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(answer.getLastHeader(name)).map(Header::getValue);
  }

  /** All headers of a name, in any case, in their order. */
  public List<String> headers(String name) {
    return Arrays.stream(answer.getHeaders(name)).map(Header::getValue).toList();
  }

  /** The body's length as the other side claims it; empty if it makes no claim. */
  public Optional<Long> contentLength() {
    try {
      return header("Content-Length").map(Long::valueOf).filter(length -> length >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** For how long the other side wants to be left alone: seconds or a date (RFC 9110, 10.2.3). */
  public Optional<Duration> retryAfter() {
    Optional<String> value = header("Retry-After").map(String::strip);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!SECONDS.matcher(value.get()).matches()) {
      return date(value.get());
    }
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value.get())));
    } catch (NumberFormatException e) {
      // More seconds than a long counts are as good as for ever.
      return Optional.of(Duration.ofSeconds(Long.MAX_VALUE));
    }
  }

  private static Optional<Duration> date(String text) {
    try {
      Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
      Duration left = Duration.between(Instant.now(), until);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The next bytes of the body, -1 at what may be its end or a break that looks like one. */
  public int read(byte[] bytes, int offset, int length) throws WireException {
    try {
      return body.read(bytes, offset, length);
    } catch (IOException e) {
      throw WireException.of(e);
    }
  }

  /** The whole body, or its beginning: at most so many bytes. */
  public byte[] bytes(int most) throws WireException {
    try {
      return body.readNBytes(most);
    } catch (IOException e) {
      throw WireException.of(e);
    }
  }

  /** What comes of the body within some time, at most so many bytes. */
  public byte[] beginning(int most, Duration time) throws WireException {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    copy(beginning, most, time);
    return beginning.toByteArray();
  }

  /** The same, where a break ends it too: who refuses a body may close before all of this came. */
  public byte[] beginningOrLess(int most, Duration time) {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    try {
      copy(beginning, most, time);
    } catch (WireException e) {
      // The status is the answer; this only explains it.
    }
    return beginning.toByteArray();
  }

  private void copy(ByteArrayOutputStream into, int most, Duration time) throws WireException {
    long end = System.nanoTime() + time.toNanos();
    byte[] bytes = new byte[most];
    while (into.size() < most && System.nanoTime() < end) {
      int count = read(bytes, 0, most - into.size());
      if (count < 0) {
        return;
      }
      into.write(bytes, 0, count);
    }
  }

  /** Ends the connection whatever is left in it. */
  public void cut() {
    cutting.run();
    ended.run();
  }

  @Override
  public void close() {
    drain();
    ended.run();
  }

  private void drain() {
    long end = System.nanoTime() + DRAINING.toNanos();
    try {
      byte[] rest = new byte[8192];
      for (int drained = 0; drained < WORTH_DRAINING && System.nanoTime() < end; ) {
        int count = body.read(rest);
        if (count < 0) {
          body.close();
          return;
        }
        drained += count;
      }
    } catch (IOException e) {
      // What is left of this answer interests nobody.
    }
    cutting.run();
  }
}
