package dev.stepcache.cache;

import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import java.io.IOException;
import java.util.List;

/** Something that is stored, and not for this run. */
final class NotForUs extends IOException {
  private static final int NAMES = 5;

  private final transient Trouble trouble;

  NotForUs(Reason reason, String message) {
    super(message);
    this.trouble = new Trouble(reason, message);
  }

  static NotForUs otherPaths(List<String> held, List<String> asked) {
    return new NotForUs(
        Reason.PATHS, "the image holds " + paths(held) + "; this step asks for " + paths(asked));
  }

  private static String paths(List<String> names) {
    if (names.isEmpty()) {
      return "one cache path without a name";
    }
    String some = String.join(", ", names.subList(0, Math.min(NAMES, names.size())));
    return "the cache paths " + some + (names.size() > NAMES ? " and more" : "");
  }

  Trouble trouble() {
    return trouble;
  }
}
