package dev.stepcache.pack;

import java.util.concurrent.atomic.AtomicLong;

/** What one restore may unpack in all, counted over its layers, whatever an image declares. */
public final class UnpackLimits {
  private final long mostBytes;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong folders = new AtomicLong();

  /**
   * @param mostBytes the sum of all files' sizes
   */
  public UnpackLimits(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  void count(TarEntry entry) throws LimitException {
    AtomicLong counter = entry.type() == TarEntry.Type.FOLDER ? folders : entries;
    if (counter.incrementAndGet() > IndexCodec.MOST_ENTRIES) {
      throw new LimitException("the image has over " + IndexCodec.MOST_ENTRIES + " entries");
    }
    if (entry.size() > mostBytes || bytes.addAndGet(entry.size()) > mostBytes) {
      throw new LimitException("the image unpacks to more than " + mostBytes + " bytes");
    }
  }
}
