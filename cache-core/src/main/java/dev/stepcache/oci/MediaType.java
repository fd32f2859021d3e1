package dev.stepcache.oci;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A media type without parameters, in lower case. The constants are the ones stepcache meets. */
public record MediaType(String value) {
  /** The manifest of one image (OCI image specification, media types, as all of OCI's below). */
  public static final MediaType OCI_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");

  /** A list of images, one for each platform. */
  public static final MediaType OCI_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");

  /** The config of an image. */
  public static final MediaType OCI_CONFIG =
      new MediaType("application/vnd.oci.image.config.v1+json");

  /** A layer as stepcache writes it: a tar in zstd. */
  public static final MediaType OCI_LAYER_ZSTD =
      new MediaType("application/vnd.oci.image.layer.v1.tar+zstd");

  /** A layer as most tools write it: a tar in gzip. */
  public static final MediaType OCI_LAYER_GZIP =
      new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");

  /** A layer that is a tar. */
  public static final MediaType OCI_LAYER = new MediaType("application/vnd.oci.image.layer.v1.tar");

  /**
   * The manifest of one image (Docker registry, image manifest version 2, schema 2, as all of
   * Docker's below).
   */
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");

  /** A list of images, one for each platform. */
  public static final MediaType DOCKER_MANIFEST_LIST =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");

  /** The config of an image. */
  public static final MediaType DOCKER_CONFIG =
      new MediaType("application/vnd.docker.container.image.v1+json");

  /** A layer as Docker pushes it: a tar in gzip. */
  public static final MediaType DOCKER_LAYER_GZIP =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip");

  /** A layer that is a tar. */
  public static final MediaType DOCKER_LAYER =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar");

  /** A layer that is a tar in zstd: containerd's name for it, which no specification has. */
  public static final MediaType DOCKER_LAYER_ZSTD =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.zstd");

  /** Reads a Content-Type or mediaType value; its parameters are dropped. */
  public static MediaType parse(String text) {
    int parameters = text.indexOf(';');
    String bare = parameters < 0 ? text : text.substring(0, parameters);
    return new MediaType(bare.strip().toLowerCase(Locale.ROOT));
  }

  /** By hand: what Java makes of a record at its first comparison costs ten milliseconds. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MediaType(String text) && text.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /**
   * Whether this says nothing of what a document is, as fronts of registries say it of everything:
   * no type at all, or one that no vendor registered.
   */
  public boolean isVague() {
    return !value.startsWith("application/vnd.");
  }

  /** Whether it is that of a single image, in OCI's or Docker's words. */
  public boolean isManifest() {
    return equals(OCI_MANIFEST) || equals(DOCKER_MANIFEST);
  }

  /** Whether it is that of a list of images, in OCI's or Docker's words. */
  public boolean isIndex() {
    return equals(OCI_INDEX) || equals(DOCKER_MANIFEST_LIST);
  }

  /**
   * Whether it is that of an image's config, in OCI's or Docker's words: an artifact has another.
   */
  public boolean isImageConfig() {
    return equals(OCI_CONFIG) || equals(DOCKER_CONFIG);
  }

  /** How a layer of this type is compressed; empty when this is no type of an image layer. */
  public Optional<LayerCompression> layerCompression() {
    if (equals(OCI_LAYER_ZSTD) || equals(DOCKER_LAYER_ZSTD)) {
      return Optional.of(LayerCompression.ZSTD);
    }
    if (equals(OCI_LAYER_GZIP) || equals(DOCKER_LAYER_GZIP)) {
      return Optional.of(LayerCompression.GZIP);
    }
    if (equals(OCI_LAYER) || equals(DOCKER_LAYER)) {
      return Optional.of(LayerCompression.NONE);
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
