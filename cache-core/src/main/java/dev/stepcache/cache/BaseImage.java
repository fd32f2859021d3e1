package dev.stepcache.cache;

import dev.stepcache.archive.Compression;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.plan.Placement;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Mounter;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImagePrefetch;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The image that a tree was restored from or last saved as: an upload keeps its layers.
 *
 * @param source where it lies, if that is another repository of the target's registry
 */
record BaseImage(CacheImage image, TreeIndex index, Optional<StoreReference> source) {
  /**
   * The image of a digest; empty where it cannot be had, is none of ours, or holds other cache
   * paths.
   *
   * @param reads of the target's store
   * @param lies where it was found
   * @param there what lies under the target
   * @param names of the cache paths
   */
  static Optional<BaseImage> of(
      UploadRequest request,
      VerifiedReads reads,
      Digest digest,
      Optional<StoreReference> lies,
      Optional<StoredManifest> there,
      Platform platform,
      List<String> names,
      Resources resources) {
    boolean isThere = there.filter(manifest -> manifest.digest().equals(digest)).isPresent();
    Optional<StoreReference> source =
        lies.filter(reference -> !isThere && request.mayBuildOn(reference));
    try {
      Fetcher store =
          source.isPresent() ? request.neighbours().open(source.get()) : request.store();
      Optional<StoredManifest> stored = isThere ? there : store.manifest(digest);
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      Optional<Manifest> manifest = ImageReader.manifestFor(store, stored.get(), platform);
      if (manifest.isEmpty() || CacheImage.format(manifest.get()) != CacheImage.FORMAT) {
        return Optional.empty();
      }
      try (ImagePrefetch ahead =
          ImagePrefetch.ofIndex(reads.of(store), manifest.get(), resources)) {
        CacheImage image = ahead.image();
        IndexLayer index = ahead.index(image);
        return index.index().hasPaths(names)
            ? Optional.of(new BaseImage(image, index.index(), source))
            : Optional.empty();
      }
    } catch (IOException e) {
      // Whatever it is: an upload does without, and meets the store's failure by itself.
      return Optional.empty();
    }
  }

  List<Long> blobs() {
    return image.content().stream().map(layer -> layer.blob().size()).toList();
  }

  /** Those layers in which something is placed, and which the store has not and cannot mount. */
  BitSet lost(Store store, Placement placement) throws IOException {
    int[] live = placement.live().stream().toArray();
    boolean[] lost = new boolean[image.content().size()];
    Workers.NumberedTask asking =
        number -> lost[live[number]] = isLost(store, image.content().get(live[number]).blob());
    // A repository that mounts nothing says so once, and not to all who ask at the same time.
    int alone = source.isPresent() && live.length > 0 ? 1 : 0;
    if (alone == 1) {
      asking.run(0);
    }
    Workers.askEach(live.length - alone, number -> asking.run(number + alone));
    BitSet numbers = new BitSet();
    for (int number = 0; number < lost.length; number++) {
      numbers.set(number, lost[number]);
    }
    return numbers;
  }

  /**
   * Those layers that are compressed in a way that the readers of what is saved now do not know.
   */
  BitSet unreadable(Compression compression) {
    BitSet numbers = new BitSet();
    for (int number = 0; number < image.content().size(); number++) {
      numbers.set(number, !compression.reads(image.content().get(number).compression()));
    }
    return numbers;
  }

  /** In its own repository an image has its layers, unless the store says otherwise. */
  private boolean isLost(Store store, Descriptor blob) throws IOException {
    return source.isPresent()
        ? !isMounted(store, blob, source.get()) && !store.has(blob)
        : store.lacks(blob);
  }

  private static boolean isMounted(Store store, Descriptor blob, StoreReference from)
      throws IOException {
    Optional<Mounter> mounter = store.offers(Mounter.class);
    return mounter.isPresent() && mounter.get().mount(blob, from);
  }

  List<PackedLayer> layers(BitSet kept) {
    return kept.stream()
        .mapToObj(number -> image.content().get(number))
        .map((CacheLayer layer) -> new PackedLayer(layer.blob(), layer.diffId()))
        .toList();
  }

  /** The newest time in the tree that was saved. */
  long newest() {
    long newest = index.folders().stream().mapToLong(FolderEntry::mtime).max().orElse(0);
    for (TreeIndex.Layer layer : index.layers()) {
      newest = Math.max(newest, Arrays.stream(layer.mtimes()).max().orElse(0));
    }
    return newest;
  }
}
