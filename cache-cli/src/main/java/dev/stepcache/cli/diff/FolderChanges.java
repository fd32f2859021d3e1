package dev.stepcache.cli.diff;

import java.util.SortedMap;
import java.util.TreeMap;

/** How much came, went and changed in a folder. */
final class FolderChanges {
  /** So deep are the folders that are told apart. */
  private static final int DEPTH = 2;

  private int came;
  private int went;
  private int changed;
  private long growth;

  /** Those of each folder of the two upper levels; {@code .} is the cache path itself. */
  static SortedMap<String, FolderChanges> of(Differences differences) {
    SortedMap<String, FolderChanges> folders = new TreeMap<>();
    differences
        .files()
        .forEach((name, change) ->
            folders.computeIfAbsent(folder(name), _ -> new FolderChanges()).add(change));
    return folders;
  }

  private static String folder(String name) {
    int end = -1;
    for (int level = 0; level < DEPTH; level++) {
      int slash = name.indexOf('/', end + 1);
      if (slash < 0) {
        break;
      }
      end = slash;
    }
    return end < 0 ? "." : name.substring(0, end);
  }

  void add(Differences.Change change) {
    switch (change.sign()) {
      case '+' -> came++;
      case '-' -> went++;
      default -> changed++;
    }
    growth += change.growth();
  }

  int came() {
    return came;
  }

  int went() {
    return went;
  }

  int changed() {
    return changed;
  }

  /** Bytes more than before, of files as they lie in the tree. */
  long growth() {
    return growth;
  }
}
