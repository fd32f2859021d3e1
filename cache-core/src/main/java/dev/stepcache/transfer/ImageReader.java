package dev.stepcache.transfer;

import dev.stepcache.archive.LimitException;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** What an image says of itself, read from a store, bounded and verified. */
public final class ImageReader {
  private static final long LARGEST_INDEX_LAYER = 64 << 20;

  private ImageReader() {}

  /** The manifest of one image; an index of several is malformed here. */
  public static Manifest manifest(StoredManifest stored) throws MalformedDocumentException {
    return Manifest.parse(stored.content(), stored.mediaType());
  }

  /** The manifest, of an index that of a platform; empty if the index has none for it. */
  public static Optional<Manifest> manifestFor(
      Fetcher store, StoredManifest stored, Platform platform) throws IOException {
    if (!stored.mediaType().isIndex()) {
      return Optional.of(manifest(stored));
    }
    Optional<Descriptor> chosen =
        ImageIndex.parse(stored.content(), stored.mediaType()).manifest(platform);
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    Digest digest = chosen.get().digest();
    StoredManifest manifest =
        store
            .manifest(digest)
            .orElseThrow(() ->
                new StoreException.Missing(
                    "read " + store + ": the index names " + digest + ", which is not there"));
    return Optional.of(Manifest.parse(manifest.content(), manifest.mediaType()));
  }

  /** An image of a store of which nothing was found yet. */
  public static CacheImage image(Fetcher store, Manifest manifest) throws IOException {
    return image(new VerifiedReads(store), manifest);
  }

  /**
   * The image of a manifest, by its config, which is read and verified.
   *
   * @throws MalformedDocumentException when manifest or config are no image's
   */
  public static CacheImage image(VerifiedReads reads, Manifest manifest) throws IOException {
    Descriptor config = manifest.config();
    if (!config.mediaType().isImageConfig()) {
      throw new MalformedDocumentException(
          "manifest: its config is of type " + config.mediaType() + ", which is no image's");
    }
    return CacheImage.of(manifest, ImageConfig.parse(config(reads, config)));
  }

  /** The document of an image's config. */
  public static byte[] config(VerifiedReads reads, Descriptor config) throws IOException {
    if (config.size() > ImageConfig.LARGEST) {
      throw LimitException.ofFormat("the image config has over " + ImageConfig.LARGEST + " bytes");
    }
    return reads.read(config, InputStream::readAllBytes);
  }

  /** The index of an image of a store of which nothing was found yet. */
  public static IndexLayer index(Fetcher store, CacheLayer layer, MemoryBudget memory)
      throws IOException {
    return index(new VerifiedReads(store), layer, memory);
  }

  /**
   * The index of an image, from the layer that holds it.
   *
   * @param memory what the index may hold of the heap
   */
  public static IndexLayer index(VerifiedReads reads, CacheLayer layer, MemoryBudget memory)
      throws IOException {
    return index(reads, layer.blob(), layer.compression(), memory);
  }

  /**
   * The index in an index layer.
   *
   * @param memory of which the names and times of its entries are taken
   * @throws dev.stepcache.archive.LimitException when it is larger than a reader of this size takes
   */
  public static IndexLayer index(
      VerifiedReads reads, Descriptor layer, LayerCompression compression, MemoryBudget memory)
      throws IOException {
    if (layer.size() > LARGEST_INDEX_LAYER) {
      throw LimitException.ofFormat("the index layer has over " + LARGEST_INDEX_LAYER + " bytes");
    }
    return reads.read(layer, blob -> IndexLayer.read(blob, compression, memory));
  }
}
