package dev.stepcache.cli.prune;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which caches go. What any of the others says goes, but for the newest that {@code keepLast}
 * holds; where that is alone, all but these go.
 *
 * @param keepLast how many images of each scope stay, at least 1
 * @param maxAge what is older goes
 * @param maxTotal bytes of all layers that stay, each counted once; the oldest go until they fit
 * @param living names of the scopes that are in use, as tags have them; the others go
 */
record PruneRules(
    OptionalInt keepLast,
    Optional<Duration> maxAge,
    OptionalLong maxTotal,
    Optional<Set<String>> living) {
  PruneRules {
    living = living.map(Set::copyOf);
  }

  boolean areNone() {
    return keepLast.isEmpty() && maxAge.isEmpty() && maxTotal.isEmpty() && living.isEmpty();
  }

  /** Whether what the newest are is all that decides. */
  boolean keepOnlyTheLast() {
    return keepLast.isPresent() && maxAge.isEmpty() && maxTotal.isEmpty() && living.isEmpty();
  }
}
