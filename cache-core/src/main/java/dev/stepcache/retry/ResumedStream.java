package dev.stepcache.retry;

import dev.stepcache.http.Response;
import dev.stepcache.http.WireException;
import dev.stepcache.io.BulkInputStream;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes of a known number, such as a blob's, from a server. A connection that breaks or falls
 * silent is replaced by one that goes on where it ended, as long as there is progress. Ends where
 * the server says that they end, whatever was promised: whoever verifies them sees the difference.
 */
public final class ResumedStream extends BulkInputStream {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  /** Less than this between two breaks is no progress: a byte at a time would never end. */
  private static final int PROGRESS = 1 << 20;

  private static final int BUFFER = 1 << 16;

  /** So often at the same byte, with no other failure between, it is no accident. */
  private static final int DEAD_ENDS = 3;

  private final Source source;
  private final long size;
  private final String operation;
  private final Attempts attempts;
  private Response response;
  private long position;
  private long progressAt;

  /** What the answer says of its own length, and how much of that has come. */
  private Optional<Long> stated = Optional.empty();

  private long received;

  /** Whether the server could not make anything of a Range. */
  private boolean whole;

  private boolean ended;

  /** Where the last answers ended in good order, before they should, and how many did so there. */
  private long deadEnd = -1;

  private int deadEnds;

  /** Whom the bytes are asked of. */
  public interface Source {
    /** The attempts at all of it. */
    Attempts attempts();

    /** Asks once, with these headers; empty after a failure that was waited for. */
    Optional<Response> ask(Map<String, String> headers, Attempts attempts) throws IOException;

    /**
     * What an answer means that holds none of the bytes; throws {@link Again} where another attempt
     * may bring them.
     */
    StoreException refusal(Response answer) throws IOException;

    /** A failure's share of the budget. */
    Duration spent(long start);
  }

  /** A refusal that another attempt may change. */
  public static final class Again extends IOException {
    private final transient StoreException failure;

    /**
     * @param failure what is thrown if no attempt is left
     */
    public Again(StoreException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  /**
   * Asks at once for the first of the bytes.
   *
   * @param size how many there should be
   * @param operation that reads them, for people: "{verb} {reference}"
   */
  public ResumedStream(Source source, long size, String operation) throws IOException {
    this.source = source;
    this.size = size;
    this.operation = operation;
    this.attempts = source.attempts();
    this.response = open(Optional.empty(), Duration.ZERO);
  }

  /**
   * An answer that goes on where the last one ended.
   *
   * @param first the failure that this is a further attempt after
   */
  private Response open(Optional<StoreException> first, Duration firstSpent) throws IOException {
    Optional<StoreException> failure = first;
    Duration spent = firstSpent;
    while (true) {
      if (failure.isPresent()) {
        attempts.failed(failure.get(), spent, Optional.empty());
      }
      long start = System.nanoTime();
      try {
        Optional<Response> opened = attempt();
        if (opened.isPresent()) {
          return opened.get();
        }
        failure = Optional.empty();
      } catch (WireException e) {
        failure = Optional.of(broken(e));
      } catch (Again e) {
        failure = Optional.of(e.failure);
      }
      spent = source.spent(start);
    }
  }

  /** Asks once; empty where that failed, or where all of it is to be asked for. */
  private Optional<Response> attempt() throws IOException {
    boolean part = position > 0 && !whole;
    Map<String, String> headers = part ? Map.of("Range", "bytes=" + position + "-") : Map.of();
    Optional<Response> answer = source.ask(headers, attempts);
    if (answer.isEmpty()) {
      return answer;
    }
    Response opened = answer.get();
    boolean good = false;
    try {
      good = part ? isRest(opened) : isWhole(opened);
      whole |= !good;
      return good ? answer : Optional.empty();
    } finally {
      if (!good) {
        opened.close();
      }
    }
  }

  /** Whether an answer to a Range is what follows; false where a Range leads nowhere. */
  private boolean isRest(Response opened) throws IOException {
    if (opened.status() == 416) {
      return false;
    }
    if (opened.status() != 206) {
      return isWhole(opened);
    }
    Matcher range = CONTENT_RANGE.matcher(opened.header("Content-Range").orElse(""));
    // A range may be shorter than what was asked for, so it states no end.
    stated = Optional.empty();
    received = 0;
    return range.matches()
        && range.group(1).equals(Long.toString(position))
        && (range.group(2).equals("*") || range.group(2).equals(Long.toString(size)));
  }

  private boolean isWhole(Response opened) throws IOException {
    return switch (opened.status()) {
      case 200 -> {
        stated = opened.contentLength();
        received = 0;
        skip(opened, position);
        yield true;
      }
      case 206 -> throw WireException.broken("a part came that nobody asked for");
      default -> throw source.refusal(opened);
    };
  }

  /** What is stored may be shorter than it was when its registry looked (OpenShift's does once). */
  private StoreException broken(WireException e) {
    deadEnds = !e.wasEarlyEnd() ? 0 : position == deadEnd ? deadEnds + 1 : 1;
    deadEnd = position;
    if (deadEnds >= DEAD_ENDS) {
      return new StoreException.Missing(
          operation
              + ": it ends after "
              + position
              + " of "
              + size
              + " bytes, however often it is asked for: what is stored was cut short");
    }
    return new StoreException.Unreachable(
        operation + ": " + e.getMessage() + " after " + position + " of " + size + " bytes",
        e.getCause());
  }

  /** The other side does not know Range and began anew. */
  private void skip(Response opened, long count) throws WireException {
    byte[] buffer = new byte[BUFFER];
    for (long left = count; left > 0; ) {
      int read = opened.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0 && isAtStatedEnd()) {
        return;
      }
      if (read < 0) {
        throw WireException.broken("the connection broke");
      }
      left -= read;
      received += read;
    }
  }

  private boolean isAtStatedEnd() {
    return stated.isPresent() && received >= stated.get();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      long start = System.nanoTime();
      WireException failure;
      try {
        int count = response.read(bytes, offset, length);
        if (count >= 0) {
          advance(count);
          return count;
        }
        if (position >= size || isAtStatedEnd()) {
          ended = true;
          attempts.progressed();
          break;
        }
        failure = WireException.endedEarly();
      } catch (WireException e) {
        failure = e;
      }
      response.cut();
      response = open(Optional.of(broken(failure)), source.spent(start));
    }
    return -1;
  }

  private void advance(int count) {
    position += count;
    received += count;
    if (position - progressAt >= PROGRESS) {
      progressAt = position;
      attempts.progressed();
    }
  }

  @Override
  public void close() {
    if (ended) {
      response.close();
    } else {
      response.cut();
    }
  }
}
