package dev.stepcache.plan;

import static dev.stepcache.plan.Placement.NOWHERE;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.TreeEntries;
import java.util.HashMap;
import java.util.Map;

/** The hard-link groups of a tree, which a layer has whole or not at all. */
final class HardLinkGroups {
  private HardLinkGroups() {}

  /**
   * Takes the groups whose names do not all lie in one layer out of all of them.
   *
   * @param layers of each entry
   */
  static void keepWhole(TreeEntries entries, short[] layers) {
    Map<EntryName, Integer> layerOfGroup = new HashMap<>();
    for (int at = 0; at < layers.length; at++) {
      if (entries.isHardLink(at)) {
        layerOfGroup.put(entries.firstName(at), (int) NOWHERE);
      }
    }
    if (layerOfGroup.isEmpty()) {
      return;
    }
    for (int at = 0; at < layers.length; at++) {
      layerOfGroup.replace(entries.get(at).name(), (int) layers[at]);
    }
    for (int at = 0; at < layers.length; at++) {
      int number = layers[at];
      if (entries.isHardLink(at)) {
        layerOfGroup.computeIfPresent(
            entries.firstName(at), (first, layer) -> layer == number ? layer : (int) NOWHERE);
      }
    }
    for (int at = 0; at < layers.length; at++) {
      Integer layer = layerOfGroup.get(entries.firstName(at));
      if (layer != null && layer == NOWHERE) {
        layers[at] = NOWHERE;
      }
    }
  }
}
