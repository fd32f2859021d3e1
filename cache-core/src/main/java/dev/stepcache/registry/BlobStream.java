package dev.stepcache.registry;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.registry.wire.Response;
import dev.stepcache.registry.wire.WireException;
import dev.stepcache.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A blob's bytes from a registry. A connection that breaks or falls silent is replaced by one that
 * goes on where it ended, as long as there is progress.
 */
final class BlobStream extends InputStream {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  /** Less than this between two breaks is no progress: a byte at a time would never end. */
  private static final int PROGRESS = 1 << 20;

  private final Requests requests;
  private final Descriptor blob;
  private final String path;
  private final String what;
  private final Attempts attempts;
  private Response response;
  private long position;
  private long progressAt;
  private boolean ended;

  BlobStream(Requests requests, Descriptor blob, String path, String what) throws IOException {
    this.requests = requests;
    this.blob = blob;
    this.path = path;
    this.what = what;
    this.attempts = requests.attempts(what);
    this.response = open();
  }

  private Response open() throws IOException {
    Map<String, String> headers =
        position == 0 ? Map.of() : Map.of("Range", "bytes=" + position + "-");
    Response opened = requests.open(Call.pull(what, "GET", path, headers).busyOn(Call.BUSY_BLOB));
    boolean good = false;
    try {
      check(opened);
      good = true;
      return opened;
    } finally {
      if (!good) {
        opened.close();
      }
    }
  }

  private void check(Response opened) throws IOException {
    switch (opened.status()) {
      case 200 -> {
        Optional<Long> length = opened.contentLength();
        if (length.isPresent() && length.get() != blob.size()) {
          throw corrupt("has " + length.get() + " bytes instead of " + blob.size());
        }
        skip(opened, position);
      }
      case 206 -> {
        Matcher range = CONTENT_RANGE.matcher(opened.header("Content-Range").orElse(""));
        if (!range.matches() || !range.group(1).equals(Long.toString(position))) {
          throw corrupt("was continued at another place than asked for");
        }
        String total = range.group(2);
        if (!total.equals("*") && !total.equals(Long.toString(blob.size()))) {
          throw corrupt("has " + total + " bytes instead of " + blob.size());
        }
      }
      case 404, 500 ->
          throw corrupt("is not there (" + opened.status() + "), though a manifest names it");
      case 416 -> throw corrupt("ends before byte " + position + " of " + blob.size());
      default -> throw requests.refusal(what, opened);
    }
  }

  private StoreException.Corrupt corrupt(String trouble) {
    return new StoreException.Corrupt(what + ": the blob " + trouble, null);
  }

  /** The other side does not know Range and began anew. */
  private static void skip(Response opened, long count) throws WireException {
    byte[] buffer = new byte[1 << 16];
    for (long left = count; left > 0; ) {
      int read = opened.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw WireException.broken("the connection broke");
      }
      left -= read;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      long start = System.nanoTime();
      WireException trouble;
      try {
        int count = response.read(bytes, offset, length);
        if (count >= 0) {
          advance(count);
          return count;
        }
        if (position >= blob.size()) {
          ended = true;
          attempts.progressed();
          break;
        }
        trouble = WireException.broken("the connection ended");
      } catch (WireException e) {
        trouble = e;
      }
      resume(trouble, requests.spent(start));
    }
    return -1;
  }

  private void advance(int count) {
    position += count;
    if (position - progressAt >= PROGRESS) {
      progressAt = position;
      attempts.progressed();
    }
  }

  private void resume(WireException first, Duration firstSpent) throws IOException {
    response.cut();
    WireException trouble = first;
    Duration spent = firstSpent;
    while (true) {
      attempts.failed(
          new StoreException.Unreachable(
              what
                  + ": "
                  + trouble.getMessage()
                  + " after "
                  + position
                  + " of "
                  + blob.size()
                  + " bytes",
              trouble.getCause()),
          1,
          spent,
          Optional.empty());
      long start = System.nanoTime();
      try {
        response = open();
        return;
      } catch (WireException e) {
        trouble = e;
        spent = requests.spent(start);
      }
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
