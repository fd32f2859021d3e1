package dev.stepcache.step;

import dev.stepcache.outcome.Reason;
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
          throw parameters.mistake(
              parameter, "'" + text + "' is nothing to fail on: write none, error or miss");
    };
  }

  boolean fails(Reason reason) {
    return switch (reason.severity()) {
      case FINE -> false;
      case MISS -> this == MISS;
      case TROUBLE -> this != NONE;
    };
  }
}
