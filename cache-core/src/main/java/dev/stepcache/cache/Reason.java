package dev.stepcache.cache;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why a step ended as it did: a closed list, whose words are the values of the result `reason`. */
public enum Reason {
  HIT,
  FALLBACK,
  MISS,
  PATHS,
  MOUNT,
  DIGEST,

  SAVED,
  EXISTS,
  UNCHANGED,
  FETCHED,
  EMPTY,
  READ_ONLY,
  UNREADABLE,
  TOO_LARGE,

  PLATFORM,
  NOT_A_CACHE,
  NEWER_FORMAT,
  BUSY,
  INTERRUPTED,
  UNSHARED,
  UNAUTHORIZED,
  CREDENTIALS,
  TLS,
  UNREACHABLE,
  THROTTLED,
  REJECTED,
  CORRUPT,
  LIMIT,
  TIMEOUT,
  DISK;

  /** With what a fetch may end. */
  public static final Set<Reason> OF_FETCH =
      Collections.unmodifiableSet(union(EnumSet.range(HIT, DIGEST), EnumSet.range(PLATFORM, DISK)));

  /** With what an upload may end. */
  public static final Set<Reason> OF_UPLOAD =
      Collections.unmodifiableSet(EnumSet.range(SAVED, DISK));

  private static Set<Reason> union(Set<Reason> left, Set<Reason> right) {
    EnumSet<Reason> all = EnumSet.copyOf(left);
    all.addAll(right);
    return all;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
