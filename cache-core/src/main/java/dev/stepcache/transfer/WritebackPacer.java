package dev.stepcache.transfer;

import dev.stepcache.resources.Resources;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets the system write a tree to its disk while more of it is unpacked, where the container's
 * memory could not hold it unwritten: such pages count as the container's own, and a kernel that
 * needs one must then write others first, one by one, which takes five times as long and may end
 * with the step being killed. Whoever unpacks faster than the disk writes waits for it. What fails
 * here fails nothing.
 */
public final class WritebackPacer implements AutoCloseable {
  /** Between two of them, in bytes unpacked. */
  static final long STEP = 16 << 20;

  /** How many steps may be unwritten before whoever unpacks has to wait. */
  static final int MOST_STEPS = 2;

  private final AtomicLong unpacked = new AtomicLong();
  private final Semaphore due = new Semaphore(0);
  private final Thread thread;

  /** How many bytes are known to be written; all where nobody writes, or no longer. */
  private long written;

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
    } else {
      written = Long.MAX_VALUE;
    }
  }

  /**
   * Begins to wait for what is unpacked; for nothing where there is memory enough.
   *
   * @param tree how many bytes will be unpacked
   */
  public static WritebackPacer of(Flush flush, long tree, Resources resources) {
    return new WritebackPacer(flush, resources.isLargerThanPageCache(tree));
  }

  /**
   * To be told how many bytes were unpacked, a piece at a time. Waits while too many of them are
   * not written; an interrupt ends that, and stays set.
   */
  public void unpacked(long bytes) {
    long after = unpacked.addAndGet(bytes);
    if (after / STEP != (after - bytes) / STEP) {
      due.release();
      await(after - MOST_STEPS * STEP);
    }
  }

  private synchronized void await(long wanted) {
    try {
      while (written < wanted) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void tell(long now) {
    written = now;
    notifyAll();
  }

  private void run(Flush flush) {
    try {
      while (true) {
        due.acquire();
        due.drainPermits();
        long begun = unpacked.get();
        flush.run();
        tell(begun);
      }
    } catch (InterruptedException | IOException e) {
      // The end, or a file system that knows nothing of it.
    } finally {
      tell(Long.MAX_VALUE);
    }
  }

  /** Ends it; one that is under way is not waited for. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
