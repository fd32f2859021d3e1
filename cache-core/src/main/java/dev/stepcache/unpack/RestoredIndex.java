package dev.stepcache.unpack;

import dev.stepcache.format.LocalIndexWriter;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.restore.Committed;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Writes the local index of a tree that is restored: its entries as soon as all are staged, beside
 * what else is to be done then, and its head after the commit, which alone knows the watermark.
 * Until then it is a file without a name of its own: nobody reads it.
 */
public final class RestoredIndex implements Closeable {
  private final LocalIndexWriter out;
  private final TreeIndex index;

  /**
   * Begins a file beside the one whose place it will take.
   *
   * @param index of the image that is restored
   */
  public RestoredIndex(Path file, TreeIndex index) throws IOException {
    this.out = new LocalIndexWriter(file);
    this.index = index;
  }

  /**
   * Writes the entries, which are merged, since each layer's are in the order of their names.
   *
   * @param restored the entries of each layer of the index
   */
  public void entries(List<RestoredNames> restored) throws IOException {
    out.skipHead(index.folders());
    PriorityQueue<RestoredNames.Cursor> waiting = new PriorityQueue<>();
    for (int layer = 0; layer < restored.size(); layer++) {
      RestoredNames.Cursor cursor = restored.get(layer).cursor(layer);
      if (cursor.next()) {
        waiting.add(cursor);
      }
    }
    int[] live = new int[restored.size()];
    while (!waiting.isEmpty()) {
      RestoredNames.Cursor cursor = waiting.remove();
      TreeIndex.Layer layer = index.layers().get(cursor.layer());
      boolean more = true;
      // A layer's names mostly follow each other: then there is nothing to sort.
      while (more && (waiting.isEmpty() || cursor.compareTo(waiting.element()) < 0)) {
        int at = live[cursor.layer()];
        if (cursor.entry().isLive()) {
          cursor.entry().saved(layer.modes()[at], layer.mtimes()[at]);
          live[cursor.layer()]++;
        }
        out.entry(cursor.entry());
        more = cursor.next();
      }
      if (more) {
        waiting.add(cursor);
      }
    }
  }

  /**
   * Writes the head after the entries, and gives the whole its name.
   *
   * @param image that was restored
   */
  public void finish(Digest image, Committed committed) throws IOException {
    out.beginHead();
    out.begin(image, committed.watermark(), index.folders().size());
    for (FolderEntry folder : index.folders()) {
      String name = folder.name().value();
      out.folder(
          name,
          folder.mode(),
          committed.folders().getOrDefault(name, folder.mode()),
          folder.mtime());
    }
    out.finishHead();
  }

  /** Removes what has no name yet. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
