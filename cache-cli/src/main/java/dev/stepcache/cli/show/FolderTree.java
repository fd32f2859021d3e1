package dev.stepcache.cli.show;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.cli.Table;
import dev.stepcache.text.Amounts;
import dev.stepcache.text.Printable;
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
      table.row("  " + Printable.of(folder.getKey()), Amounts.bytes(folder.getValue()));
      for (Map.Entry<String, Long> below : largest(folder.getKey(), MOST_BELOW)) {
        table.row("    " + Printable.of(last(below.getKey())), Amounts.bytes(below.getValue()));
      }
    }
  }

  /** All folders of both levels, largest first. */
  void addTo(ArrayNode folders) {
    addLevel(folders, "");
  }

  private void addLevel(ArrayNode folders, String parent) {
    for (Map.Entry<String, Long> folder : largest(parent, Integer.MAX_VALUE)) {
      ObjectNode node = folders.addObject();
      node.put("name", last(folder.getKey()));
      node.put("bytes", folder.getValue());
      if (parent.isEmpty()) {
        addLevel(node.putArray("folders"), folder.getKey());
      }
    }
  }

  private static String last(String folder) {
    return folder.substring(folder.lastIndexOf('/') + 1);
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
