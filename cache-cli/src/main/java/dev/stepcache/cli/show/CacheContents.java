package dev.stepcache.cli.show;

import dev.stepcache.cli.StoredCache;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.Workers;
import dev.stepcache.tree.EntryName;
import dev.stepcache.unpack.LayerListing;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cache that was read to its end.
 *
 * @param layers of content, in order
 */
record CacheContents(
    StoreReference reference,
    StoredCache stored,
    CacheImage image,
    ImageConfig config,
    TreeIndex index,
    List<Layer> layers,
    FolderTree folders) {

  /**
   * A content layer.
   *
   * @param entries files and links, live or dead
   * @param generation which save packed it, counted from the oldest of which something is left
   */
  record Layer(Descriptor blob, int entries, int live, int generation) {
    int dead() {
      return entries - live;
    }
  }

  /** Of the files of a layer that are live. */
  private record NameRange(String first, String last) {}

  CacheContents {
    layers = List.copyOf(layers);
  }

  static CacheContents read(StoredCache cache, StoreReference reference) throws IOException {
    Resources resources = Resources.ofThisJvm();
    MemoryBudget memory = new MemoryBudget(resources);
    CacheImage image = ImageReader.image(cache.reads(), cache.manifest());
    ImageConfig config =
        ImageConfig.parse(ImageReader.config(cache.reads(), cache.manifest().config()));
    IndexLayer layer = ImageReader.index(cache.reads(), image.index().orElseThrow(), memory);
    image.check(layer);
    FolderTree folders = new FolderTree();
    @Nullable NameRange[] names = new NameRange[image.content().size()];
    VisibilityCheck check = new VisibilityCheck(layer, memory);
    Workers.runEach(
        image.content().size(),
        resources.workers(),
        number -> {
          CacheLayer content = image.content().get(number);
          LayerListing listing =
              new LayerListing(
                  new UnpackLimits(Long.MAX_VALUE, memory),
                  (EntryName name, long size) -> {
                    folders.add(name, size);
                    NameRange range = names[number];
                    String first = range == null ? name.value() : range.first();
                    names[number] = new NameRange(first, name.value());
                  });
          boolean _ =
              cache
                  .reads()
                  .read(
                      content.blob(),
                      blob -> {
                        listing.read(blob, content.compression(), layer.index(), number, check);
                        return true;
                      });
        });
    return new CacheContents(
        reference,
        cache,
        image,
        config,
        layer.index(),
        layers(image, layer.index(), names),
        folders);
  }

  /**
   * The layers of one save lie in the order of their names (docs/format.md): where the names begin
   * anew, a later save begins. Two saves of which all names happen to follow each other count as
   * one.
   */
  private static List<Layer> layers(
      CacheImage image, TreeIndex index, @Nullable NameRange[] names) {
    List<Layer> layers = new ArrayList<>();
    int generation = 1;
    String last = "";
    for (int at = 0; at < image.content().size(); at++) {
      NameRange range = names[at];
      if (range != null) {
        if (EntryName.compare(range.first(), last) < 0) {
          generation++;
        }
        last = range.last();
      }
      TreeIndex.Layer indexed = index.layers().get(at);
      layers.add(
          new Layer(
              image.content().get(at).blob(),
              indexed.entries(),
              indexed.live().cardinality(),
              generation));
    }
    return layers;
  }

  /** Bytes of all layers as they are stored; one that is there twice counts once. */
  long size() {
    return stored.manifest().layers().stream().distinct().mapToLong(Descriptor::size).sum();
  }

  int generations() {
    return layers.isEmpty() ? 0 : layers.getLast().generation();
  }

  /** Entries of all layers. */
  long entries() {
    return layers.stream().mapToLong(Layer::entries).sum();
  }

  /** Entries that a later layer hides or replaces. */
  long dead() {
    return layers.stream().mapToLong(Layer::dead).sum();
  }
}
