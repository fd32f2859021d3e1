package dev.stepcache.transfer;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * The part of the heap in which blobs wait, those that were read ahead or are to be sent, in pieces
 * that are used again.
 */
final class BlobPool {
  static final int PIECE = 1 << 18;

  /** Fair, so that a large blob is not passed by all smaller ones. */
  private final Semaphore free;

  private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

  BlobPool(long bytes) {
    this.free = new Semaphore(pieces(bytes), true);
  }

  private static int pieces(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE / 2, Math.max(0, bytes) / PIECE);
  }

  private static int needed(long size) {
    return pieces(size + PIECE - 1);
  }

  /** Whether a blob of so many bytes fits, when nothing else does. */
  static boolean fits(long size, long memory) {
    return needed(size) <= pieces(memory);
  }

  void grow(long bytes) {
    free.release(pieces(bytes));
  }

  /** Waits until there is room for a blob; all of it at once, or two would wait for each other. */
  List<byte[]> take(long size) throws InterruptedException {
    int count = needed(size);
    free.acquire(count);
    List<byte[]> taken = new ArrayList<>(count);
    while (taken.size() < count) {
      taken.add(piece());
    }
    return taken;
  }

  /** A piece, if there is one now. */
  Optional<byte[]> takeOne() {
    return free.tryAcquire() ? Optional.of(piece()) : Optional.empty();
  }

  private byte[] piece() {
    return Optional.ofNullable(idle.poll()).orElseGet(() -> new byte[PIECE]);
  }

  void giveBack(List<byte[]> pieces) {
    idle.addAll(pieces);
    free.release(pieces.size());
  }

  /** What part of a blob lies in a piece. */
  static int length(int piece, long size) {
    return (int) Math.min(PIECE, size - (long) piece * PIECE);
  }

  /** A blob from its first byte. */
  static InputStream open(List<byte[]> pieces, long size) {
    List<InputStream> parts = new ArrayList<>();
    for (int piece = 0; piece < pieces.size(); piece++) {
      parts.add(new ByteArrayInputStream(pieces.get(piece), 0, length(piece, size)));
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }
}
