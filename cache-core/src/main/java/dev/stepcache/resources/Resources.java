package dev.stepcache.resources;

import java.util.function.LongSupplier;

/**
 * The heap and the cores that one fetch or upload may use, and the shares of the heap. Several that
 * run in one JVM get a part each.
 *
 * <pre>
 *   who                                      share of the heap
 *   names and times of one image             5/8
 *   layers read ahead, index unknown         1/8, at most 64 MiB
 *   layers read ahead, index parsed          1/3 of what names leave, at most 64 MiB
 *   one layer in memory; a larger streams    1/9
 *   packed layers that wait to be sent       1/3 of what is free when packing begins
 *   each worker                              12 MiB, or what its compressor takes outside the heap
 * </pre>
 *
 * Names and layers read ahead are never both at their most: what is read ahead before the index is
 * parsed is a third of the three eighths that no index holds.
 */
public final class Resources {
  /** What one layer in flight may take of the heap, its buffers and lists included. */
  private static final long WORKER = 12 << 20;

  /** More read ahead would only be filled, and never catch up with who unpacks. */
  private static final long MOST_AHEAD = 64 << 20;

  private static final int AHEAD_SHARE = 3;
  private static final int AHEAD_BEFORE_INDEX_SHARE = 8;
  private static final int LARGEST_AHEAD_SHARE = 9;
  private static final int WAITING_SHARE = 3;

  /** A heap is a quarter of the container's memory. */
  private static final int CONTAINER_OF_HEAP = 4;

  /**
   * A heap of this size says nothing of a limit: no step takes more than 512 MiB, of which the
   * serial collector keeps 17 for itself.
   */
  private static final long UNLIMITED_HEAP = 490 << 20;

  private final long heap;
  private final int cores;
  private final LongSupplier used;

  private Resources(long heap, int cores, LongSupplier used) {
    this.heap = heap;
    this.cores = cores;
    this.used = used;
  }

  /**
   * A part of a JVM.
   *
   * @param heap in bytes
   * @param cores at least 1
   */
  public static Resources of(long heap, int cores) {
    if (heap < 0 || cores <= 0) {
      throw new IllegalArgumentException("no heap or cores: " + heap + ", " + cores);
    }
    return new Resources(heap, cores, () -> 0);
  }

  /** All of this JVM. */
  public static Resources ofThisJvm() {
    Runtime runtime = Runtime.getRuntime();
    return new Resources(
        runtime.maxMemory(),
        runtime.availableProcessors(),
        () -> runtime.totalMemory() - runtime.freeMemory());
  }

  /** In bytes. */
  public long heap() {
    return heap;
  }

  /** How many cores may be busy, at least one. */
  public int cores() {
    return cores;
  }

  /** How many bytes the names and times of one image may take. */
  public long names() {
    return heap / 8 * 5;
  }

  /** How many bytes of layers may be read ahead while the index is not parsed. */
  public long aheadBeforeIndex() {
    return Math.min(MOST_AHEAD, heap / AHEAD_BEFORE_INDEX_SHARE);
  }

  /**
   * How many bytes of layers may be read ahead.
   *
   * @param names how many bytes names and times take
   */
  public long ahead(long names) {
    return Math.min(MOST_AHEAD, (heap - names) / AHEAD_SHARE);
  }

  /** The most bytes that a layer may have to be read into memory as a whole. */
  public long largestAhead() {
    return heap / LARGEST_AHEAD_SHARE;
  }

  /** How many bytes of packed layers may wait in memory, of what is free now. */
  public long waiting() {
    return (heap - used.getAsLong()) / WAITING_SHARE;
  }

  /** How many may work at a time. */
  public int workers() {
    return workers(WORKER);
  }

  /**
   * How many may work at a time.
   *
   * @param memory what each takes in bytes, of the heap or of as much beside it
   */
  public int workers(long memory) {
    return (int) Math.max(1, Math.min(cores, heap / memory));
  }

  /**
   * Whether a tree could fill the container's memory before the kernel has written it.
   *
   * @param tree its bytes
   */
  public boolean isLargerThanPageCache(long tree) {
    return heap < UNLIMITED_HEAP && tree > CONTAINER_OF_HEAP * heap;
  }
}
