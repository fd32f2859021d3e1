package dev.stepcache.format;

import dev.stepcache.oci.Digest;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an image's layers don't say: which of their entries are live, with which times and modes,
 * and all folders (docs/format.md, the index).
 *
 * @param paths the names of the cache paths; empty for an image of one
 * @param files how many files and links are live
 * @param bytes the sum of the live files' sizes
 * @param layers the content layers, in order
 * @param folders all of them, in the order of their names' bytes
 * @param escaped the real name of each entry that is stored under a hash
 * @param uses what the cache tells of its own life; empty where an older version saved it
 */
public record TreeIndex(
    List<String> paths,
    long files,
    long bytes,
    List<Layer> layers,
    List<FolderEntry> folders,
    SortedMap<String, String> escaped,
    Optional<Uses> uses) {

  public TreeIndex {
    paths = List.copyOf(paths);
    layers = List.copyOf(layers);
    folders = List.copyOf(folders);
    escaped = Collections.unmodifiableSortedMap(new TreeMap<>(escaped));
  }

  /** An index that tells nothing of the cache's life. */
  public TreeIndex(
      List<String> paths,
      long files,
      long bytes,
      List<Layer> layers,
      List<FolderEntry> folders,
      SortedMap<String, String> escaped) {
    this(paths, files, bytes, layers, folders, escaped, Optional.empty());
  }

  /** The same with other uses, or none. */
  public TreeIndex with(Optional<Uses> others) {
    return new TreeIndex(paths, files, bytes, layers, folders, escaped, others);
  }

  /** Whether it is of cache paths with these names, in any order; none are one without a name. */
  public boolean hasPaths(List<String> names) {
    return paths.size() == names.size() && Set.copyOf(paths).equals(Set.copyOf(names));
  }

  /**
   * One content layer.
   *
   * @param entries how many files and links its tar holds, without folders and sums
   * @param live which of them are live, in tar order
   * @param modes of the live ones, nine bits each
   * @param mtimes of the live ones, in nanoseconds since 1970
   */
  public record Layer(Digest diffId, int entries, BitSet live, short[] modes, long[] mtimes) {
    public Layer {
      if (live.length() > entries
          || live.cardinality() != modes.length
          || modes.length != mtimes.length) {
        throw new IllegalArgumentException("an index whose columns disagree");
      }
    }
  }
}
