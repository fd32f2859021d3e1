package dev.stepcache.pack;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.tree.TreeEntry.SymlinkEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Writes the local index of a tree that was just restored. */
public final class RestoredIndex {
  private RestoredIndex() {}

  /**
   * Writes the index, whole or not at all.
   *
   * @param image that was restored
   * @param watermark the ctime of a file made after the last of the tree was in its place
   * @param restored the entries of each layer of {@code index}
   * @param tree scanned after the commit
   */
  public static void write(
      Path file,
      Digest image,
      long watermark,
      TreeIndex index,
      List<RestoredNames> restored,
      Tree tree)
      throws IOException {
    try (LocalIndexWriter out = new LocalIndexWriter(file)) {
      out.begin(image, watermark, index.folders().size());
      Map<String, Integer> present = new HashMap<>();
      tree.folders().forEach(folder -> present.put(folder.name().value(), folder.mode()));
      for (FolderEntry folder : index.folders()) {
        String name = folder.name().value();
        out.folder(name, folder.mode(), present.getOrDefault(name, folder.mode()));
      }
      entries(out, index, restored, tree);
      out.finish();
    }
  }

  /** Both the layers' names and the scan's are in order, so they are merged. */
  private static void entries(
      LocalIndexWriter out, TreeIndex index, List<RestoredNames> restored, Tree tree)
      throws IOException {
    PriorityQueue<RestoredNames.Cursor> cursors =
        new PriorityQueue<>(
            Comparator.comparing(RestoredNames.Cursor::name, EntryName::compare)
                .thenComparingInt(cursor -> cursor.layer));
    for (int layer = 0; layer < restored.size(); layer++) {
      RestoredNames.Cursor cursor = restored.get(layer).cursor(layer);
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    int[] alive = new int[restored.size()];
    int at = 0;
    while (!cursors.isEmpty()) {
      RestoredNames.Cursor cursor = cursors.remove();
      String name = cursor.name();
      while (at < tree.entries().size()
          && EntryName.compare(tree.entries().get(at).name().value(), name) < 0) {
        at++;
      }
      KnownEntry entry =
          KnownEntry.dead(name, cursor.layer, cursor.position(), cursor.kind(), cursor.size());
      if (cursor.live()) {
        int mode = index.layers().get(cursor.layer).modes()[alive[cursor.layer]++];
        entry = entry.alive(mode, cursor.first());
        if (at < tree.entries().size() && tree.entries().get(at).name().value().equals(name)) {
          entry = left(entry, cursor, tree.entries().get(at));
        }
      }
      out.entry(entry);
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
  }

  private static KnownEntry left(KnownEntry entry, RestoredNames.Cursor cursor, TreeEntry present) {
    return switch (present) {
      case FileEntry file ->
          entry.left(
              file, file.inode(), entry.kind() == EntryKind.FILE ? cursor.sum() : entry.sum());
      case SymlinkEntry link -> entry.left(link, link.inode(), Placement.sum(link));
      case FolderEntry folder -> entry;
    };
  }
}
