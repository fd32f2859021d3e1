package dev.stepcache.cache;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/** The part of the heap in which packed layers wait, in pieces that are used again. */
final class SpoolMemory {
  static final int PIECE = 1 << 20;

  /** What part of the heap that is free now they may take: the index is made beside them. */
  private static final int SHARE = 3;

  private final Semaphore free;
  private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

  SpoolMemory(long bytes) {
    this.free = new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / PIECE));
  }

  static SpoolMemory ofHeap() {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    return new SpoolMemory(Math.max(0, runtime.maxMemory() - used) / SHARE);
  }

  /** A piece; empty where all are taken. */
  Optional<byte[]> take() {
    if (!free.tryAcquire()) {
      return Optional.empty();
    }
    return Optional.of(Optional.ofNullable(idle.poll()).orElseGet(() -> new byte[PIECE]));
  }

  void giveBack(byte[] piece) {
    idle.add(piece);
    free.release();
  }
}
