package dev.stepcache.step;

import dev.stepcache.cache.Reason;
import java.util.Locale;

/** What a step fails for, besides the user's own mistakes: the param FAIL_ON. */
public enum FailOn {
  /** A cache never breaks a build. */
  NONE,
  /** Whatever the log tells as a WARNING with a reason. */
  ERROR,
  /** That, and a fetch that restores nothing since nothing is stored. */
  MISS;

  static FailOn read(Parameters parameters, Parameter parameter) {
    String text = parameters.demanded(parameter);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "none" -> NONE;
      case "error" -> ERROR;
      case "miss" -> MISS;
      default ->
          throw parameters.wrong(
              parameter, "'" + text + "' is nothing to fail on: write none, error or miss");
    };
  }

  boolean fails(Reason reason) {
    return switch (reason) {
      case HIT, FALLBACK, SAVED, EXISTS, UNCHANGED, FETCHED, READ_ONLY -> false;
      case MISS -> this == MISS;
      case PLATFORM,
          NOT_A_CACHE,
          PATHS,
          MOUNT,
          DIGEST,
          EMPTY,
          UNREADABLE,
          TOO_LARGE,
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
          DISK ->
          this != NONE;
    };
  }
}
