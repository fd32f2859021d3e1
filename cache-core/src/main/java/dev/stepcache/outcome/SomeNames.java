package dev.stepcache.outcome;

import java.util.Collection;
import java.util.List;

/**
 * The first of many names, as people may see them.
 *
 * @param more how many follow
 */
public record SomeNames(List<String> first, int more) {
  private static final int MOST = 5;

  public SomeNames {
    first = List.copyOf(first);
  }

  public static SomeNames of(Collection<String> names) {
    return new SomeNames(names.stream().limit(MOST).toList(), Math.max(0, names.size() - MOST));
  }

  @Override
  public String toString() {
    return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
  }
}
