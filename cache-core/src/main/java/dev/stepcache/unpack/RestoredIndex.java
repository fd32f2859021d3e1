package dev.stepcache.unpack;

import dev.stepcache.format.LocalIndexWriter;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.restore.Committed;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.PriorityQueue;

/** Writes the local index of a tree that was just restored. */
public final class RestoredIndex {
  private RestoredIndex() {}

  /**
   * Writes the index, whole or not at all.
   *
   * @param image that was restored
   * @param restored the entries of each layer of {@code index}
   */
  public static void write(
      Path file, Digest image, TreeIndex index, List<RestoredNames> restored, Committed committed)
      throws IOException {
    try (LocalIndexWriter out = new LocalIndexWriter(file)) {
      out.begin(image, committed.watermark(), index.folders().size());
      for (FolderEntry folder : index.folders()) {
        String name = folder.name().value();
        out.folder(name, folder.mode(), committed.folders().getOrDefault(name, folder.mode()));
      }
      entries(out, index, restored);
      out.finish();
    }
  }

  /** Each layer's entries are in the order of their names, so they are merged. */
  private static void entries(LocalIndexWriter out, TreeIndex index, List<RestoredNames> restored)
      throws IOException {
    PriorityQueue<RestoredNames.Cursor> waiting = new PriorityQueue<>();
    for (int layer = 0; layer < restored.size(); layer++) {
      RestoredNames.Cursor cursor = restored.get(layer).cursor(layer);
      if (cursor.next()) {
        waiting.add(cursor);
      }
    }
    int[] alive = new int[restored.size()];
    while (!waiting.isEmpty()) {
      RestoredNames.Cursor cursor = waiting.remove();
      short[] modes = index.layers().get(cursor.layer()).modes();
      boolean more = true;
      // A layer's names mostly follow each other: then there is nothing to sort.
      while (more && (waiting.isEmpty() || cursor.compareTo(waiting.element()) < 0)) {
        cursor.write(out, cursor.live() ? modes[alive[cursor.layer()]++] : 0);
        more = cursor.next();
      }
      if (more) {
        waiting.add(cursor);
      }
    }
  }
}
