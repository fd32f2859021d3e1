package dev.stepcache.pack;

import static dev.stepcache.pack.Comparison.NOWHERE;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The hard-link groups of a tree, which a layer has whole or not at all. */
final class HardLinkGroups {
  private HardLinkGroups() {}

  /**
   * Takes the groups whose names do not all lie in one layer out of all of them.
   *
   * @param layers of each entry
   */
  static void keepWhole(List<TreeEntry> entries, short[] layers) {
    Map<EntryName, Integer> layerOfGroup = new HashMap<>();
    for (TreeEntry entry : entries) {
      first(entry).ifPresent(first -> layerOfGroup.put(first, (int) NOWHERE));
    }
    if (layerOfGroup.isEmpty()) {
      return;
    }
    for (int at = 0; at < layers.length; at++) {
      layerOfGroup.replace(entries.get(at).name(), (int) layers[at]);
    }
    for (int at = 0; at < layers.length; at++) {
      int number = layers[at];
      first(entries.get(at))
          .ifPresent(first ->
              layerOfGroup.computeIfPresent(
                  first, (name, layer) -> layer == number ? layer : (int) NOWHERE));
    }
    for (int at = 0; at < layers.length; at++) {
      TreeEntry entry = entries.get(at);
      Integer layer = layerOfGroup.get(first(entry).orElse(entry.name()));
      if (layer != null && layer == NOWHERE) {
        layers[at] = NOWHERE;
      }
    }
  }

  private static Optional<EntryName> first(TreeEntry entry) {
    return entry instanceof FileEntry file ? file.linkTo() : Optional.empty();
  }
}
