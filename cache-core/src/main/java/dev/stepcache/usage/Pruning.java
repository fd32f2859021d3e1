package dev.stepcache.usage;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a save makes of units that no build used.
 *
 * @param units what a tool needs whole
 * @param after for how long they must have been unused to be left out; empty: nothing is
 * @param built whether the build before the save went well: one that failed tells nothing
 * @param clock what day it is
 */
public record Pruning(Units units, Optional<Duration> after, boolean built, InstantSource clock) {
  /** Where nobody knows what a tool needs whole: nothing is left out. */
  public static final Pruning NONE =
      new Pruning(Units.NONE, Optional.empty(), true, InstantSource.system());

  /** The same after a build of which it is known how it ended. */
  public Pruning after(boolean good) {
    return new Pruning(units, after, good, clock);
  }

  /** The same by another clock. */
  public Pruning by(InstantSource other) {
    return new Pruning(units, after, built, other);
  }
}
