package dev.stepcache.bake;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.RunConfig;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An image of any tool, for one platform, of which the config was read.
 *
 * @param digest of what the reference names: of an index where it names one
 * @param isDocker whether its manifest is of Docker's types
 */
record RunnableImage(
    Store store,
    StoreReference reference,
    Digest digest,
    Manifest manifest,
    RunConfig config,
    boolean isDocker) {

  /** The platforms that a reference has images for; the one of its image where it names one. */
  static Set<Platform> platforms(Store store, StoreReference reference) throws IOException {
    StoredManifest stored = stored(store, reference);
    if (stored.mediaType().isIndex()) {
      // What a build attests of itself lies in the same index, for no platform.
      return ImageIndex.parse(stored.content(), stored.mediaType()).manifests().keySet().stream()
          .filter(platform -> !platform.os().equals("unknown"))
          .collect(Collectors.toSet());
    }
    return Set.of(of(store, reference, stored, ImageReader.manifest(stored)).platform());
  }

  /**
   * Reads the image of a platform.
   *
   * @throws BakeException where there is none that programs could be run of
   */
  static RunnableImage read(Store store, StoreReference reference, Platform platform)
      throws IOException {
    StoredManifest stored = stored(store, reference);
    Optional<Manifest> manifest = ImageReader.manifestFor(store, stored, platform);
    if (manifest.isEmpty()) {
      throw new BakeException(
          reference
              + " has no image for "
              + platform
              + ": it has "
              + names(ImageIndex.parse(stored.content(), stored.mediaType()).manifests().keySet()));
    }
    RunnableImage image = of(store, reference, stored, manifest.get());
    if (!image.platform().equals(platform)) {
      throw new BakeException(
          reference + ": " + image.platform().against(platform) + "; choose it by --platform");
    }
    return image;
  }

  private static StoredManifest stored(Store store, StoreReference reference) throws IOException {
    return store
        .manifest(reference.selector())
        .orElseThrow(() -> new BakeException("nothing is there: " + reference));
  }

  private static RunnableImage of(
      Store store, StoreReference reference, StoredManifest stored, Manifest manifest)
      throws IOException {
    if (!manifest.config().mediaType().isImageConfig()) {
      throw new BakeException(
          reference + " is no image: its config is of type " + manifest.config().mediaType());
    }
    RunConfig config =
        RunConfig.parse(ImageReader.config(new VerifiedReads(store), manifest.config()));
    Platform platform = config.parts().platform();
    if (!platform.os().equals("linux")) {
      throw new BakeException(
          reference
              + " is an image for "
              + (platform.isStated() ? platform : "no stated platform")
              + ": only images for linux can be baked");
    }
    for (Descriptor layer : manifest.layers()) {
      if (layer.mediaType().layerCompression().isEmpty()) {
        throw new BakeException(
            reference + " has a layer of type " + layer.mediaType() + ", which is not supported");
      }
    }
    if (manifest.layers().size() != config.parts().diffIds().size()) {
      throw new BakeException(
          reference
              + " is broken: "
              + manifest.layers().size()
              + " layers, and "
              + config.parts().diffIds().size()
              + " diff IDs in its config");
    }
    boolean isDocker = manifest.mediaType().value().contains("docker");
    return new RunnableImage(store, reference, stored.digest(), manifest, config, isDocker);
  }

  Platform platform() {
    return config.parts().platform();
  }

  /** How a layer is compressed. */
  static LayerCompression compression(Descriptor layer) {
    return layer.mediaType().layerCompression().orElseThrow();
  }

  List<Descriptor> layers() {
    return manifest.layers();
  }

  static String names(Set<Platform> platforms) {
    return platforms.stream()
        .filter(platform -> !platform.os().equals("unknown"))
        .map(Platform::toString)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }
}
