package dev.stepcache.cli;

import java.time.Duration;
import java.time.Instant;

/**
 * How old a cache is, as far as its image tells: that has the newest time in the saved tree, and
 * not when it was saved.
 */
public final class Age {
  private Age() {}

  /** For people: always with a {@code ~}, and that alone where the image has no time. */
  public static String of(Instant created, Instant now) {
    if (!isKnown(created)) {
      return "~";
    }
    Duration age = Duration.between(created, now);
    if (age.isNegative()) {
      return "~0 min";
    }
    if (age.toDays() > 0) {
      return "~" + age.toDays() + " d";
    }
    return "~" + (age.toHours() > 0 ? age.toHours() + " h" : age.toMinutes() + " min");
  }

  /** Whether the time of a config is known: the beginning of 1970 stands for none. */
  public static boolean isKnown(Instant created) {
    return !created.equals(Instant.EPOCH);
  }
}
