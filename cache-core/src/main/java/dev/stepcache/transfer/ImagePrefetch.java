package dev.stepcache.transfer;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.resources.Resources;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An image of which more is read than is known to be wanted: its index beside its config, and its
 * content into memory, where nobody looks at it before it is asked for. What is found wrong, and in
 * which order, is as if one were read after the other. Closing it ends what is under way.
 */
public final class ImagePrefetch implements AutoCloseable {
  private final VerifiedReads reads;
  private final Manifest manifest;
  private final MemoryBudget memory;
  private final Workers.Running reading = new Workers.Running(1);
  private final Optional<LayerPrefetch> content;
  private volatile Optional<IndexLayer> index = Optional.empty();

  private ImagePrefetch(
      VerifiedReads reads,
      Manifest manifest,
      Resources resources,
      Optional<LayerPrefetch> content) {
    this.memory = new MemoryBudget(resources);
    this.reads = reads;
    this.manifest = manifest;
    this.content = content;
  }

  /**
   * Begins to read an image, of whose manifest nothing but its format is known: nothing yet of one
   * that another tool made.
   */
  public static ImagePrefetch of(VerifiedReads reads, Manifest manifest, Resources resources)
      throws MalformedDocumentException {
    return begin(reads, manifest, resources, true);
  }

  /** The same of its config and index alone: its content cannot be unpacked. */
  public static ImagePrefetch ofIndex(VerifiedReads reads, Manifest manifest, Resources resources)
      throws MalformedDocumentException {
    return begin(reads, manifest, resources, false);
  }

  private static ImagePrefetch begin(
      VerifiedReads reads, Manifest manifest, Resources resources, boolean content)
      throws MalformedDocumentException {
    List<Descriptor> layers = CacheImage.promised(manifest);
    if (layers.isEmpty()) {
      return new ImagePrefetch(reads, manifest, resources, Optional.empty());
    }
    Descriptor last = layers.getLast();
    LayerCompression compression = last.mediaType().layerCompression().orElseThrow();
    ImagePrefetch ahead =
        new ImagePrefetch(
            reads,
            manifest,
            resources,
            content
                ? Optional.of(
                    LayerPrefetch.begin(reads, layers.subList(0, layers.size() - 1), resources))
                : Optional.empty());
    ahead.reading.begin(
        () -> ahead.index = Optional.of(ImageReader.index(reads, last, compression, ahead.memory)));
    return ahead;
  }

  /** What the index and its names are counted by. */
  public MemoryBudget memory() {
    return memory;
  }

  /** The image by its config, which is read now. */
  public CacheImage image() throws IOException {
    return ImageReader.image(reads, manifest);
  }

  /** The index of an image that has one, held to be its own. */
  public IndexLayer index(CacheImage image) throws IOException {
    reading.await();
    IndexLayer layer = index.orElseThrow();
    image.check(layer);
    return layer;
  }

  /** Unpacks the content of an image that has an index. */
  public void unpack(LayerPrefetch.Unpacking unpacking) throws IOException {
    content.orElseThrow().unpack(memory.held(), unpacking);
  }

  @Override
  public void close() {
    content.ifPresent(LayerPrefetch::close);
    reading.abandon();
  }
}
