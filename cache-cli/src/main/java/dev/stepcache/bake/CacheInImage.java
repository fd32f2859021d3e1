package dev.stepcache.bake;

import dev.stepcache.archive.TarHeader;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A cache of which the index was read, and where each of its paths lies in an image.
 *
 * @param paths by their names; those of the cache that are not in it are left out
 * @param buildCaches the folders, in the cache, of what is found by its content
 * @param times by paths in the image, what was asked for
 * @param writable paths in the image of which files are to be written to in place
 */
record CacheInImage(
    StoreReference reference,
    Digest digest,
    CacheImage image,
    IndexLayer layer,
    VerifiedReads reads,
    MemoryBudget memory,
    SequencedMap<String, InnerPath> paths,
    Set<String> buildCaches,
    Map<InnerPath, Times> times,
    Set<InnerPath> writable) {

  /**
   * Reads a cache.
   *
   * @param reference of {@code store}
   * @param platform of the image that it goes into
   * @param request which says whether a cache of any platform will do
   * @throws BakeException where it is no cache, or cannot be where it was asked for
   */
  static CacheInImage read(
      Store store,
      StoreReference reference,
      CachePart part,
      Platform platform,
      BakeRequest request,
      MemoryBudget memory)
      throws IOException {
    StoredManifest stored =
        store
            .manifest(reference.selector())
            .orElseThrow(() -> new MissingCacheException(reference));
    Optional<Manifest> manifest =
        stored.mediaType().isIndex() ? Optional.empty() : Optional.of(ImageReader.manifest(stored));
    int format = manifest.isEmpty() ? 0 : CacheImage.format(manifest.get());
    if (manifest.isEmpty() || format == 0) {
      throw new BakeException(
          reference + " is not a cache: no cache-upload made it; files of images come by --copy");
    }
    if (format > CacheImage.FORMAT) {
      throw new BakeException(
          reference
              + " is of format "
              + format
              + ", this stepcache reads "
              + CacheImage.FORMAT
              + ": update stepcache");
    }
    VerifiedReads reads = new VerifiedReads(store);
    CacheImage image = ImageReader.image(reads, manifest.get());
    if (!request.anyPlatform() && !image.platform().equals(platform)) {
      throw new BakeException(
          reference
              + " is a cache of "
              + image.platform()
              + ", the image is for "
              + platform
              + ": write {{os}} or {{arch}} into its reference, or, for a cache that fits any"
              + " platform, --any-platform");
    }
    IndexLayer layer = ImageReader.index(reads, image.index().orElseThrow(), memory);
    image.check(layer);
    TreeIndex index = layer.index();
    return new CacheInImage(
            reference,
            stored.digest(),
            image,
            layer,
            reads,
            memory,
            paths(reference, part, index),
            BuildCaches.in(index.folders()),
            request.times(),
            request.writable())
        .atLegalPaths();
  }

  private static SequencedMap<String, InnerPath> paths(
      StoreReference reference, CachePart part, TreeIndex index) throws BakeException {
    List<String> names = index.paths();
    if (names.isEmpty()) {
      if (!part.paths().keySet().equals(Set.of(""))) {
        throw new BakeException(
            reference + " is a cache of one path: say where it goes, " + reference + "=/path");
      }
      return part.paths();
    }
    if (part.paths().isEmpty()) {
      SequencedMap<String, InnerPath> all = new LinkedHashMap<>();
      for (String name : names) {
        InnerPath path = new InnerPath(name);
        if (path.isOfTheSystem()) {
          throw new BakeException(
              reference
                  + " has a path named "
                  + name
                  + ", and "
                  + path
                  + " is a folder of the system: say where it goes, "
                  + name
                  + ":/path");
        }
        all.put(name, path);
      }
      return all;
    }
    for (String name : part.paths().keySet()) {
      if (!names.contains(name)) {
        throw new BakeException(
            reference
                + " is a cache of the paths "
                + String.join(", ", names)
                + ": write NAME:/path for those that are wanted"
                + (name.isEmpty() ? "" : "; it has none named " + name));
      }
    }
    return part.paths();
  }

  /** Of a cache that goes to the root, holds that it has none of the system's folders. */
  private CacheInImage atLegalPaths() throws BakeException {
    if (index().paths().isEmpty() && paths.firstEntry().getValue().isRoot()) {
      for (InnerPath path : atTheRoot()) {
        if (path.isOfTheSystem()) {
          throw new BakeException(
              reference
                  + " has a folder "
                  + path.name()
                  + ", and "
                  + path
                  + " is a folder of the system: give the cache a path of its own");
        }
      }
    }
    return this;
  }

  TreeIndex index() {
    return layer.index();
  }

  /** Where a name of the cache lies in the image, as a layer has it; empty if it is left out. */
  Optional<String> where(String name) {
    if (index().paths().isEmpty()) {
      return Optional.of(paths.firstEntry().getValue().resolve(name).name());
    }
    int slash = name.indexOf('/');
    InnerPath path = paths.get(slash < 0 ? name : name.substring(0, slash));
    return Optional.ofNullable(path)
        .map(there -> there.resolve(slash < 0 ? "" : name.substring(slash + 1)).name());
  }

  /** Whether all of it lies where its layers say. */
  boolean fits() {
    if (index().paths().isEmpty()) {
      return paths.firstEntry().getValue().isRoot();
    }
    return index().paths().stream().allMatch(name -> new InnerPath(name).equals(paths.get(name)));
  }

  /** What lies at the root of the image, as far as folders tell, where a cache goes there. */
  List<InnerPath> atTheRoot() {
    return index().folders().stream()
        .map(folder -> folder.name().value())
        .filter(name -> name.indexOf('/') < 0)
        .map(InnerPath::new)
        .toList();
  }

  /** Which time something has in the image. */
  Times timesOf(String name) {
    InnerPath there = new InnerPath(where(name).orElse(""));
    Optional<InnerPath> nearest =
        times.keySet().stream()
            .filter(path -> path.holds(there))
            .max((left, right) -> left.name().length() - right.name().length());
    if (nearest.isPresent()) {
      return times.getOrDefault(nearest.get(), Times.CONSTANT);
    }
    return buildCaches.stream().anyMatch(folder -> holds(folder, name))
        ? Times.FUTURE
        : Times.CONSTANT;
  }

  /**
   * @param saved in nanoseconds since 1970
   */
  long seconds(String name, long saved) {
    return timesOf(name).seconds(saved, TarHeader.MTIME);
  }

  private static boolean holds(String folder, String name) {
    return folder.isEmpty() || name.equals(folder) || name.startsWith(folder + "/");
  }

  /** Whether something cannot be used as its layer has it, wherever it lies. */
  boolean isPackedAnew(String name) {
    InnerPath there = new InnerPath(where(name).orElse(""));
    return timesOf(name) != Times.CONSTANT || writable.stream().anyMatch(path -> path.holds(there));
  }

  /** Where it lies, for people. */
  String shown() {
    return String.join(" and ", paths.values().stream().map(InnerPath::toString).toList());
  }
}
