package dev.stepcache.format;

import dev.stepcache.archive.LimitException;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.tree.EntryName;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What one restore may unpack and hold, counted over its layers, whatever an image declares. */
public final class UnpackLimits {
  /** What a staging holds of a folder beside its name. */
  private static final int FOLDER = 64;

  private final long mostBytes;
  private final MemoryBudget memory;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong folders = new AtomicLong();

  /**
   * @param mostBytes the sum of all files' sizes
   * @param memory of which is taken what is held of names
   */
  public UnpackLimits(long mostBytes, MemoryBudget memory) {
    this.mostBytes = mostBytes;
    this.memory = memory;
  }

  /** What may be held in memory of names and sums. */
  public MemoryBudget memory() {
    return memory;
  }

  /**
   * Takes the memory of folders that are about to be made.
   *
   * @param isThere whether a folder was made before, and those above it
   */
  public void countFolders(String folder, Predicate<EntryName> isThere) throws LimitException {
    for (String above = folder; !above.isEmpty() && !isThere.test(new EntryName(above)); ) {
      memory.takeNode(above, FOLDER);
      above = EntryName.parent(above);
    }
  }

  /**
   * Counts an entry and its bytes.
   *
   * @throws LimitException when the image has more than a limit by now
   */
  public void count(TarEntry entry) throws LimitException {
    AtomicLong counter = entry.type() == TarEntry.Type.FOLDER ? folders : entries;
    if (counter.incrementAndGet() > IndexCodec.MOST_ENTRIES) {
      throw LimitException.ofFormat("the image has over " + IndexCodec.MOST_ENTRIES + " entries");
    }
    if (entry.size() > mostBytes || bytes.addAndGet(entry.size()) > mostBytes) {
      throw new LimitException("the image unpacks to more than " + mostBytes + " bytes");
    }
  }
}
