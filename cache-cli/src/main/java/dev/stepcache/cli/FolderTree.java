package dev.stepcache.cli;

import dev.stepcache.text.Amounts;
import dev.stepcache.tree.EntryName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The bytes of folders, two levels deep. Safe for use by several threads. */
final class FolderTree {
  private static final int MOST = 8;
  private static final int MOST_BELOW = 5;

  private final Map<String, Long> sizes = new ConcurrentHashMap<>();

  void add(EntryName file, long size) {
    String name = file.value();
    int slash = name.indexOf('/');
    for (int level = 0; level < 2 && slash >= 0; level++) {
      sizes.merge(name.substring(0, slash), size, Long::sum);
      slash = name.indexOf('/', slash + 1);
    }
  }

  /** The largest folders, and below each its largest ones. */
  void addTo(Table table) {
    for (Map.Entry<String, Long> folder : largest("", MOST)) {
      table.row("  " + folder.getKey(), Amounts.bytes(folder.getValue()));
      for (Map.Entry<String, Long> below : largest(folder.getKey(), MOST_BELOW)) {
        table.row(
            "    " + below.getKey().substring(folder.getKey().length() + 1),
            Amounts.bytes(below.getValue()));
      }
    }
  }

  private List<Map.Entry<String, Long>> largest(String parent, int most) {
    return sizes.entrySet().stream()
        .filter(folder -> EntryName.parent(folder.getKey()).equals(parent))
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .toList();
  }
}
