package dev.stepcache.format;

import dev.stepcache.archive.LimitException;
import dev.stepcache.resources.Resources;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one image may make a step hold at once: names, times and what is known of them, of which a
 * few KiB can declare any amount. What is taken is what a 64-bit JVM needs, to some bytes. Safe for
 * use by several threads.
 */
public final class MemoryBudget {
  /** An object for a text, with the array of its bytes. */
  private static final int TEXT = 40;

  /** In a set or a map. */
  private static final int NODE = 48;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /** A budget of the share that an index may have ({@link Resources}). */
  public MemoryBudget(Resources resources) {
    this.most = resources.names();
  }

  /** In bytes. */
  public long held() {
    return held.get();
  }

  /**
   * Takes bytes, until they are given back.
   *
   * @throws LimitException when that is more than is left
   */
  public void take(long bytes) throws LimitException {
    if (held.addAndGet(bytes) > most) {
      throw new LimitException(
          "the image has more names and times than fit into "
              + most
              + " bytes, which is what this step's memory allows");
    }
  }

  /** Gives back bytes that were taken. */
  public void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  /** For a name in a set or a map, with what else is known of it. */
  public void takeNode(String name, int more) throws LimitException {
    take(NODE + TEXT + more + (long) name.length() * Character.BYTES);
  }
}
