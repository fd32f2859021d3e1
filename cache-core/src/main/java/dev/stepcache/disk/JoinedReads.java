package dev.stepcache.disk;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;

/** Those of several cache paths, by the first component. */
final class JoinedReads implements ReadFiles {
  private final Roots roots;
  private final Map<String, ReadFiles> reads = new HashMap<>();

  JoinedReads(Roots roots) {
    this.roots = roots;
    roots.folders().forEach((name, folder) -> reads.put(name, ReadFiles.below(folder)));
  }

  @Override
  public OpenFile open(EntryName name) throws IOException {
    ReadFiles below = reads.get(Roots.first(name));
    if (below == null) {
      throw new NoSuchFileException(name.value());
    }
    return below.open(roots.relative(name));
  }
}
