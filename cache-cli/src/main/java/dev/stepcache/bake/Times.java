package dev.stepcache.bake;

import java.time.Instant;

/** Which times files of a cache have in an image. */
public enum Times {
  /** The one of all layers of content: they are used as they are. */
  CONSTANT,
  /** Those that they had when they were saved, in whole seconds. */
  REAL,
  /**
   * The first of January 2037: what Go neither deletes as old, nor dates anew when it uses it. Only
   * for what is found by its content: other tools take the future for fresh for ever. A year that
   * every file system can keep (XFS without bigtime ends in 2038).
   */
  FUTURE;

  private static final long YEAR_2037 = Instant.parse("2037-01-01T00:00:00Z").getEpochSecond();

  /**
   * Seconds since 1970.
   *
   * @param saved in nanoseconds since 1970
   * @param constant in seconds
   */
  long seconds(long saved, long constant) {
    return switch (this) {
      case CONSTANT -> constant;
      case REAL -> Math.max(0, Math.floorDiv(saved, 1_000_000_000L));
      case FUTURE -> YEAR_2037;
    };
  }
}
