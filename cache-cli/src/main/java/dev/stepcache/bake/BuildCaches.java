package dev.stepcache.bake;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The build caches in a tree, known by their shape: Go's, and those that are made like it, have a
 * folder for each first byte of a hash, all 256 from the beginning (cmd/go/internal/cache, Open).
 * What lies in them is found by its content.
 */
final class BuildCaches {
  private static final int BYTES = 256;
  private static final Pattern BYTE = Pattern.compile("[0-9a-f]{2}");

  private BuildCaches() {}

  /** The names of their folders in the tree; empty text for the tree itself. */
  static Set<String> in(List<FolderEntry> folders) {
    Map<String, Integer> bytes = new HashMap<>();
    for (FolderEntry folder : folders) {
      EntryName name = folder.name();
      if (BYTE.matcher(name.lastComponent()).matches()) {
        bytes.merge(name.parent(), 1, Integer::sum);
      }
    }
    Set<String> found = new TreeSet<>();
    bytes.forEach((folder, count) -> {
      if (count == BYTES) {
        found.add(folder);
      }
    });
    return found;
  }
}
