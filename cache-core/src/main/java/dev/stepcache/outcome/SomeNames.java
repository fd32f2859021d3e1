package dev.stepcache.outcome;

import java.util.Collection;
import java.util.List;

/**
 * The first of many names, as people may see them.
 *
 * @param more how many follow
 */
public record SomeNames(List<String> first, long more) {
  private static final int MOST = 5;

  public SomeNames {
    first = List.copyOf(first);
  }

  /** The first few of names, and how many there are. */
  public static SomeNames of(Collection<String> names) {
    return of(names, names.size());
  }

  /**
   * The same of names of which not all are known.
   *
   * @param count of all
   */
  public static SomeNames of(Collection<String> names, long count) {
    List<String> first = names.stream().limit(MOST).toList();
    return new SomeNames(first, count - first.size());
  }

  @Override
  public String toString() {
    return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
  }
}
