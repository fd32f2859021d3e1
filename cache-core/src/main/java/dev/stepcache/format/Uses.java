package dev.stepcache.format;

import dev.stepcache.tree.EntryName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cache tells of its own life (docs/format.md, section 8): when it was saved, and what in it
 * the last builds did not use. A unit is what a tool needs whole, such as a version of a module,
 * and is named below the cache path as the tool names it. What is not named was used by the build
 * before the save, as far as anybody knows.
 *
 * @param saved when the image was saved, in seconds since 1970
 * @param unused the units that were not used, in the order of their names' bytes
 */
public record Uses(long saved, SortedMap<String, LastUse> unused) {
  private static final long DAY = Duration.ofDays(1).toSeconds();

  public Uses {
    SortedMap<String, LastUse> sorted = new TreeMap<>(EntryName::compare);
    sorted.putAll(unused);
    unused = Collections.unmodifiableSortedMap(sorted);
  }

  /**
   * When a unit was last used.
   *
   * @param day of the save before which a build last used it, in days since 1970
   * @param saves how many saves ago that was; those of builds that tell nothing are not counted
   */
  public record LastUse(long day, int saves) {}

  /** When the image was saved. */
  public Instant savedAt() {
    return Instant.ofEpochSecond(saved);
  }

  /** The day on which the image was saved, in days since 1970. */
  public long savedOn() {
    return saved / DAY;
  }
}
