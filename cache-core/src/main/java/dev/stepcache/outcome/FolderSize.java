package dev.stepcache.outcome;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of the cache path, and the bytes of all files below it.
 *
 * @param name components joined by '/'; empty for the cache path itself
 */
public record FolderSize(String name, long bytes) {
  private static final int SHOWN = 5;

  /**
   * The largest folders, largest first. A folder gives way to one inside it that has more than half
   * of its bytes: that is where to look.
   */
  public static List<FolderSize> largest(Tree tree) {
    Map<String, Long> sizes = new HashMap<>();
    for (TreeEntry entry : tree.entries()) {
      if (entry instanceof TreeEntry.FileEntry file && file.linkTo().isEmpty()) {
        String name = file.name().value();
        for (int slash = name.lastIndexOf('/');
            slash > 0;
            slash = name.lastIndexOf('/', slash - 1)) {
          sizes.merge(name.substring(0, slash), file.size(), Long::sum);
        }
      }
    }
    Map<String, Long> largestInside = new HashMap<>();
    sizes.forEach((name, bytes) -> largestInside.merge(EntryName.parent(name), bytes, Math::max));
    return sizes.entrySet().stream()
        .filter(folder ->
            largestInside.getOrDefault(folder.getKey(), 0L) <= folder.getValue() / 2
                && isShownAt(folder.getKey(), sizes))
        .map(folder -> new FolderSize(folder.getKey(), folder.getValue()))
        .sorted(
            Comparator.comparingLong(FolderSize::bytes).reversed().thenComparing(FolderSize::name))
        .limit(SHOWN)
        .toList();
  }

  /** Whether each folder above gave way to the one below it. */
  private static boolean isShownAt(String name, Map<String, Long> sizes) {
    String at = name;
    for (String above = EntryName.parent(at); !above.isEmpty(); above = EntryName.parent(at)) {
      if (sizes.getOrDefault(at, 0L) <= sizes.getOrDefault(above, 0L) / 2) {
        return false;
      }
      at = above;
    }
    return true;
  }
}
