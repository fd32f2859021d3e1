package dev.stepcache.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepcache.archive.LimitException;
import dev.stepcache.format.CacheImage;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Manifest;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a cache tool made, as against all else that a tag may hold, which is not ours to replace.
 */
public final class CacheTools {
  /** What the manifests of all kinds have at least one of. */
  private static final List<String> OF_MANIFESTS =
      List.of("mediaType", "artifactType", "config", "layers", "blobs", "manifests", "fsLayers");

  private CacheTools() {}

  /**
   * Whether an upload may replace this: a cache tool made it, or nobody did. A cache has an
   * annotation of ours; or, as the caches of others, one gzip layer and a config without anything
   * to run. An index of images is made by no cache tool. Only of what has no annotation the config
   * is read.
   */
  public static boolean mayReplace(VerifiedReads reads, StoredManifest stored) throws IOException {
    ObjectNode document;
    try {
      document = Json.object(stored.content(), "manifest");
    } catch (MalformedDocumentException e) {
      return true;
    }
    return OF_MANIFESTS.stream().noneMatch(document::has)
        || CacheImage.hasAnnotation(document.path("annotations").fieldNames())
        || saysThatItIsAnothers(reads, stored, document);
  }

  /**
   * Whether this is a cache as other tools keep it, which says nothing of the platform that it is
   * for: where it lies under a name that they and we can have meant, it is restored as a fallback.
   */
  public static boolean isAnothersCache(VerifiedReads reads, StoredManifest stored)
      throws IOException {
    try {
      return saysThatItIsAnothers(reads, stored, Json.object(stored.content(), "manifest"));
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  /** Whether this is a manifest of something else than an image. */
  public static boolean isNoImage(StoredManifest stored) {
    try {
      ObjectNode document = Json.object(stored.content(), "manifest");
      // An artifact need not have layers (image specification 1.1), nor be an image at all.
      return document.path("artifactType").isTextual()
          || !ImageReader.manifest(stored).config().mediaType().isImageConfig();
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  private static boolean saysThatItIsAnothers(
      VerifiedReads reads, StoredManifest stored, ObjectNode document) throws IOException {
    try {
      Manifest manifest = ImageReader.manifest(stored);
      return manifest.layers().size() == 1
          && manifest
              .layers()
              .getFirst()
              .mediaType()
              .layerCompression()
              .equals(Optional.of(LayerCompression.GZIP))
          && manifest.config().mediaType().isImageConfig()
          && !document.has("artifactType")
          && !document.has("subject")
          && !runsSomething(reads, manifest.config());
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  private static boolean runsSomething(VerifiedReads reads, Descriptor config) throws IOException {
    try {
      return ImageConfig.runsSomething(ImageReader.config(reads, config));
    } catch (StoreException.Corrupt
        | BrokenContentException
        | MalformedDocumentException
        | LimitException e) {
      // Whatever it was, nobody can run it any more.
      return false;
    }
  }
}
