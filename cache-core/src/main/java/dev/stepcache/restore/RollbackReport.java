package dev.stepcache.restore;

import java.util.ArrayList;
import java.util.List;

/** What came of undoing a commit, for people. */
final class RollbackReport {
  private final List<String> setAside = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private long kept;

  /** What was renamed within its own folder. */
  List<String> setAside() {
    return setAside;
  }

  /** What could not be undone. */
  List<String> left() {
    return left;
  }

  void keep() {
    kept++;
  }

  /** How many files were changed since, and so left alone. */
  long kept() {
    return kept;
  }
}
