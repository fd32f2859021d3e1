package dev.stepcache.bake;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.EntryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which folders a cache has that an older one had not, such as versions of modules. */
final class CacheChanges {
  private static final int MOST_NAMED = 10;

  private CacheChanges() {}

  /**
   * A line for what came and one for what went, where there is any.
   *
   * @param before what the older one had, as {@link #folders}
   */
  static List<String> lines(Set<String> before, Set<String> now) {
    List<String> lines = new ArrayList<>();
    add(lines, "new in it", topmost(now, before));
    add(lines, "gone from it", topmost(before, now));
    return lines;
  }

  private static void add(List<String> lines, String what, List<String> folders) {
    if (!folders.isEmpty()) {
      int more = folders.size() - MOST_NAMED;
      lines.add(
          "  "
              + what
              + ": "
              + String.join(", ", folders.subList(0, Math.min(MOST_NAMED, folders.size())))
              + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  /** Those that only the first has, without what lies below another one of them. */
  private static List<String> topmost(Set<String> some, Set<String> others) {
    return some.stream()
        .filter(name -> !others.contains(name))
        .filter(name -> {
          String parent = EntryName.parent(name);
          return parent.isEmpty() || others.contains(parent);
        })
        .sorted(EntryName::compare)
        .toList();
  }

  /** The names of all folders of a cache. */
  static Set<String> folders(TreeIndex index) {
    Set<String> names = new HashSet<>();
    index.folders().forEach(folder -> names.add(folder.name().value()));
    return names;
  }

  /** The same of a cache that may be gone; empty where it cannot be read. */
  static Optional<Set<String>> foldersOf(Store store, Digest cache, MemoryBudget memory) {
    try {
      Optional<StoredManifest> stored = store.manifest(cache);
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      Manifest manifest = ImageReader.manifest(stored.get());
      VerifiedReads reads = new VerifiedReads(store);
      CacheImage image = ImageReader.image(reads, manifest);
      return image.index().isEmpty()
          ? Optional.empty()
          : Optional.of(folders(ImageReader.index(reads, image.index().get(), memory).index()));
    } catch (IOException e) {
      // It only would have told what changed.
      return Optional.empty();
    }
  }
}
