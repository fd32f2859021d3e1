package dev.stepcache.outcome;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Why a step ended as it did: a closed list, whose words are the values of the result `reason`. One
 * row for each, of which verbs end with it, and how bad that is; what a person can do about it is
 * console's.
 */
public enum Reason {
  HIT(Verbs.FETCH, Severity.FINE),
  FALLBACK(Verbs.FETCH, Severity.FINE),
  MISS(Verbs.FETCH, Severity.MISS),
  PATHS(Verbs.FETCH, Severity.TROUBLE),
  MOUNT(Verbs.FETCH, Severity.TROUBLE),
  DIGEST(Verbs.FETCH, Severity.TROUBLE),

  SAVED(Verbs.UPLOAD, Severity.FINE),
  EXISTS(Verbs.UPLOAD, Severity.FINE),
  UNCHANGED(Verbs.UPLOAD, Severity.FINE),
  FETCHED(Verbs.UPLOAD, Severity.FINE),
  EMPTY(Verbs.UPLOAD, Severity.TROUBLE),
  READ_ONLY(Verbs.UPLOAD, Severity.FINE),
  TOO_LARGE(Verbs.UPLOAD, Severity.TROUBLE),

  UNREADABLE(Verbs.BOTH, Severity.TROUBLE),
  PLATFORM(Verbs.BOTH, Severity.TROUBLE),
  NOT_A_CACHE(Verbs.BOTH, Severity.TROUBLE),
  NEWER_FORMAT(Verbs.BOTH, Severity.TROUBLE),
  BUSY(Verbs.BOTH, Severity.TROUBLE),
  INTERRUPTED(Verbs.BOTH, Severity.TROUBLE),
  UNSHARED(Verbs.BOTH, Severity.TROUBLE),
  UNAUTHORIZED(Verbs.BOTH, Severity.TROUBLE),
  CREDENTIALS(Verbs.BOTH, Severity.TROUBLE),
  TLS(Verbs.BOTH, Severity.TROUBLE),
  UNREACHABLE(Verbs.BOTH, Severity.TROUBLE),
  THROTTLED(Verbs.BOTH, Severity.TROUBLE),
  REJECTED(Verbs.BOTH, Severity.TROUBLE),
  CORRUPT(Verbs.BOTH, Severity.TROUBLE),
  LIMIT(Verbs.BOTH, Severity.TROUBLE),
  TIMEOUT(Verbs.BOTH, Severity.TROUBLE),
  DISK(Verbs.BOTH, Severity.TROUBLE),
  /** An error in stepcache itself, which says nothing about what is stored. */
  INTERNAL(Verbs.BOTH, Severity.TROUBLE);

  /** Which verbs may end with a reason. */
  private enum Verbs {
    FETCH,
    UPLOAD,
    BOTH
  }

  /** What a reason means to whoever waits for the step. */
  public enum Severity {
    /** The verb did what it was asked to, or there was nothing to do. */
    FINE,
    /** Nothing is stored yet. */
    MISS,
    /** What was hoped for did not happen: told as a warning. */
    TROUBLE
  }

  /** With what a fetch may end. */
  public static final Set<Reason> OF_FETCH = all(Verbs.FETCH);

  /** With what an upload may end. */
  public static final Set<Reason> OF_UPLOAD = all(Verbs.UPLOAD);

  private final Verbs verbs;
  private final Severity severity;

  Reason(Verbs verbs, Severity severity) {
    this.verbs = verbs;
    this.severity = severity;
  }

  private static Set<Reason> all(Verbs verbs) {
    Set<Reason> all = EnumSet.noneOf(Reason.class);
    for (Reason reason : values()) {
      if (reason.verbs == verbs || reason.verbs == Verbs.BOTH) {
        all.add(reason);
      }
    }
    return Collections.unmodifiableSet(all);
  }

  /** How bad it is. */
  public Severity severity() {
    return severity;
  }

  /** The word that results and logs have. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
