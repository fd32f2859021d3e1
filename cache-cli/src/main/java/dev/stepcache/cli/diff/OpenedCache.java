package dev.stepcache.cli.diff;

import dev.stepcache.cli.StoredCache;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.unpack.LayerEntry;
import dev.stepcache.unpack.LayerListing;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.util.List;

/** A cache whose index was read, and none of its content. */
record OpenedCache(
    StoreReference reference,
    StoredCache stored,
    CacheImage image,
    IndexLayer layer,
    MemoryBudget memory) {
  static OpenedCache read(Store store, StoreReference reference, MemoryBudget memory)
      throws IOException {
    StoredCache stored = StoredCache.open(store, reference);
    CacheImage image = ImageReader.image(stored.reads(), stored.manifest());
    IndexLayer layer = ImageReader.index(stored.reads(), image.index().orElseThrow(), memory);
    image.check(layer);
    return new OpenedCache(reference, stored, image, layer, memory);
  }

  TreeIndex index() {
    return layer.index();
  }

  /** All entries of one content layer, which is read to its end. */
  List<LayerEntry> entries(int number) throws IOException {
    LayerListing listing =
        new LayerListing(new UnpackLimits(Long.MAX_VALUE, memory), (name, size) -> {});
    return stored
        .reads()
        .read(
            image.content().get(number).blob(),
            blob ->
                listing.entries(
                    blob,
                    image.content().get(number).compression(),
                    layer.index(),
                    number,
                    new VisibilityCheck(layer, memory)));
  }

  /** The compressed size of one content layer. */
  long size(int number) {
    return image.content().get(number).blob().size();
  }
}
