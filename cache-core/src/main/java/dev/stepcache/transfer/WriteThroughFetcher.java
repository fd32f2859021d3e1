package dev.stepcache.transfer;

import dev.stepcache.io.BulkInputStream;
import dev.stepcache.io.Interrupts;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Lookup;
import dev.stepcache.store.Pusher;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A store whose blobs are put into a nearer one while they are read, so that they need not be read
 * once more for that. Whoever reads waits for a slow one, as he would for a copy afterwards, and
 * hears of no failure of it: a nearer store that takes nothing for half a second gets no more. Only
 * blobs are put there, and those alone that are sent by one read; what is still lacking, and the
 * manifest, is for {@link ImageCopy}. Safe for use by several threads.
 */
public final class WriteThroughFetcher implements Fetcher {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** How many pieces wait, of at most 64 KiB each. */
  private static final int PIECES = 4;

  private static final int PIECE = 1 << 16;

  private final Fetcher store;
  private final Pusher nearer;
  private final Duration patience;
  private final List<Thread> writers = new CopyOnWriteArrayList<>();
  private volatile boolean abandoned;

  /**
   * Keeps nothing yet.
   *
   * @param nearer gets what is read of the store
   */
  public WriteThroughFetcher(Fetcher store, Pusher nearer) {
    this(store, nearer, PATIENCE);
  }

  /**
   * @param patience how long a reader waits for the nearer store before that is abandoned for all;
   *     four times as long when all is read
   */
  WriteThroughFetcher(Fetcher store, Pusher nearer, Duration patience) {
    this.store = store;
    this.nearer = nearer;
    this.patience = patience;
  }

  @Override
  public Lookup lookUp(TagOrDigest selector) throws IOException {
    return store.lookUp(selector);
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    InputStream in = store.blob(blob);
    if (abandoned || !nearer.readsOnce(blob)) {
      return in;
    }
    Pipe pipe = new Pipe();
    writers.add(Workers.aside(() -> write(blob, pipe)));
    return new Tee(in, pipe);
  }

  private void write(Descriptor blob, Pipe pipe) {
    try {
      if (!nearer.has(blob)) {
        nearer.upload(blob, pipe::once);
      }
    } catch (IOException | RuntimeException e) {
      // Whoever copies the image meets it again, and tells it.
      abandoned = true;
    } finally {
      pipe.close();
    }
  }

  /** Waits, for a short while, for what was read to its end. */
  public void awaitWritten() {
    long end = System.nanoTime() + patience.multipliedBy(4).toNanos();
    for (Thread writer : writers) {
      try {
        writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public String toString() {
    return store.toString();
  }

  /** Some bytes, or how what was read ended. */
  private record Piece(byte[] bytes, Kind kind) {
    /** What comes after it. */
    private enum Kind {
      MORE,
      END,
      CUT
    }

    static Piece last(Kind kind) {
      return new Piece(new byte[0], kind);
    }
  }

  /** What was read, on its way to the nearer store. */
  private final class Pipe {
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES);
    private boolean opened;

    /** Whether nobody wants what comes, or something that came was dropped. */
    private volatile boolean closed;

    void put(Piece piece) {
      if (closed || abandoned) {
        closed = true;
        return;
      }
      try {
        if (!pieces.offer(piece, patience.toMillis(), TimeUnit.MILLISECONDS) && !closed) {
          closed = true;
          abandoned = true;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        closed = true;
      }
    }

    /** Whoever waits to put something need not any more. */
    void close() {
      closed = true;
      pieces.clear();
    }

    void putBytes(byte[] bytes, int offset, int length) {
      for (int at = 0; at < length && !closed; at += PIECE) {
        int from = offset + at;
        put(
            new Piece(
                Arrays.copyOfRange(bytes, from, from + Math.min(PIECE, length - at)),
                Piece.Kind.MORE));
      }
    }

    /** No second try: what was read is gone. */
    synchronized InputStream once() throws IOException {
      if (opened) {
        throw new IOException("a blob that is read once cannot be sent again");
      }
      opened = true;
      return new Pieces(pieces);
    }
  }

  private static final class Pieces extends BulkInputStream {
    private final BlockingQueue<Piece> pieces;
    private Piece piece = Piece.last(Piece.Kind.MORE);
    private int at;

    Pieces(BlockingQueue<Piece> pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (at == piece.bytes().length && piece.kind() == Piece.Kind.MORE) {
        piece = next();
        at = 0;
      }
      if (piece.kind() == Piece.Kind.END) {
        return -1;
      }
      int count = Math.min(length, piece.bytes().length - at);
      System.arraycopy(piece.bytes(), at, bytes, offset, count);
      at += count;
      return count;
    }

    private Piece next() throws IOException {
      try {
        // Whoever reads may have been cut off without a word.
        Piece next = pieces.poll(1, TimeUnit.MINUTES);
        if (next == null || next.kind() == Piece.Kind.CUT) {
          throw new IOException("what is read was not read to its end");
        }
        return next;
      } catch (InterruptedException e) {
        throw Interrupts.caught("interrupted");
      }
    }
  }

  private static final class Tee extends BulkInputStream {
    private final InputStream in;
    private final Pipe pipe;
    private boolean ended;

    Tee(InputStream in, Pipe pipe) {
      this.in = in;
      this.pipe = pipe;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (count > 0) {
        pipe.putBytes(bytes, offset, count);
      } else if (count < 0 && !ended) {
        ended = true;
        pipe.put(Piece.last(Piece.Kind.END));
      }
      return count;
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        pipe.put(Piece.last(Piece.Kind.CUT));
      }
      in.close();
    }
  }
}
