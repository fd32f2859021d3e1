package dev.stepcache.transfer;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets the system write a tree to its disk while more of it is unpacked, where the container's
 * memory could not hold it unwritten: such pages count as the container's own, and a kernel that
 * needs one must then write others first, one by one, which takes five times as long and may end
 * with the step being killed. A hint; what fails here fails nothing.
 */
public final class WritebackPacer implements AutoCloseable {
  /** Between two of them, in bytes unpacked. */
  static final long STEP = 16 << 20;

  /** A heap is a quarter of the container's memory; twice that much is written soon enough. */
  private static final int TREE_OF_HEAP = 8;

  /**
   * A heap of this size says nothing of a limit: no step takes more than 512 MiB, of which the
   * serial collector keeps 17 for itself.
   */
  private static final long LARGEST_HEAP = 490 << 20;

  private final AtomicLong unpacked = new AtomicLong();
  private final Semaphore due = new Semaphore(0);
  private final Thread thread;

  /** Writes what was made so far, and waits for that. */
  public interface Flush {
    void run() throws IOException;
  }

  private WritebackPacer(Flush flush, boolean needed) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("stepcache-flush")
            // Java would print it into the user's log.
            .uncaughtExceptionHandler((here, e) -> {})
            .unstarted(() -> run(flush));
    if (needed) {
      thread.start();
    }
  }

  /**
   * Begins to wait for what is unpacked; for nothing where there is memory enough.
   *
   * @param tree how many bytes will be unpacked
   * @param heap how many bytes this JVM may take for its heap
   */
  public static WritebackPacer of(Flush flush, long tree, long heap) {
    return new WritebackPacer(flush, heap < LARGEST_HEAP && tree > TREE_OF_HEAP * heap);
  }

  /** To be told how many bytes were unpacked, a piece at a time; never waits. */
  public void unpacked(long bytes) {
    long after = unpacked.addAndGet(bytes);
    if (after / STEP != (after - bytes) / STEP) {
      due.release();
    }
  }

  private void run(Flush flush) {
    try {
      while (true) {
        due.acquire();
        due.drainPermits();
        flush.run();
      }
    } catch (InterruptedException | IOException e) {
      // The end, or a file system that knows nothing of it.
    }
  }

  /** Ends it; one that is under way is not waited for. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
