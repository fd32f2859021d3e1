package dev.stepcache.plan;

import dev.stepcache.format.ReservedNames;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.IllegalNameException;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What hides the entries of older layers that a tree has no more (docs/format.md, the rule): of
 * each the topmost folder that is gone, or its own name.
 */
final class Whiteouts {
  private final List<TreeEntry> entries;
  private final Set<String> folders = new HashSet<>();
  private final Map<String, Boolean> isEntry = new HashMap<>();

  Whiteouts(Tree tree) {
    this.entries = tree.entries();
    tree.folders().forEach(folder -> folders.add(folder.name().value()));
  }

  /**
   * The name to white out so that a name is hidden which the tree has no entry of; empty where the
   * tree hides it by itself.
   */
  Optional<String> hiding(String name) {
    for (int end = name.indexOf('/'); ; end = name.indexOf('/', end + 1)) {
      String above = end < 0 ? name : name.substring(0, end);
      if (!folders.contains(above)) {
        return isEntry.computeIfAbsent(above, this::isEntry)
            ? Optional.empty()
            : Optional.of(above);
      }
      if (end < 0) {
        return Optional.empty();
      }
    }
  }

  private boolean isEntry(String name) {
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = EntryName.compare(entries.get(middle).name().value(), name);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** Whether a whiteout can hide a name in every reader: it must be a name itself. */
  static boolean canHide(String name) {
    if (ReservedNames.hasWhiteoutComponent(name)) {
      return false;
    }
    try {
      new EntryName(ReservedNames.whiteout(name));
      return true;
    } catch (IllegalNameException e) {
      return false;
    }
  }
}
