package dev.stepcache.bake;

import dev.stepcache.archive.Compression;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MediaType;

/** The media types of an image. */
public enum ImageFormat {
  /** The OCI image specification's; layers may be compressed by zstd. */
  OCI,
  /** Docker's image manifest, version 2, schema 2; layers are compressed by gzip. */
  DOCKER;

  MediaType manifest() {
    return this == OCI ? MediaType.OCI_MANIFEST : MediaType.DOCKER_MANIFEST;
  }

  MediaType index() {
    return this == OCI ? MediaType.OCI_INDEX : MediaType.DOCKER_MANIFEST_LIST;
  }

  MediaType config() {
    return this == OCI ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG;
  }

  /** How layers are compressed that are packed for it. */
  Compression packs() {
    return this == DOCKER ? Compression.GZIP : Compression.USUAL;
  }

  /** Whether a layer can be a layer of such an image as it is. */
  boolean takes(LayerCompression layer) {
    return this == OCI || layer != LayerCompression.ZSTD;
  }

  /** The same blob by the type that such an image has for it. */
  Descriptor as(Descriptor layer) {
    MediaType type =
        switch (RunnableImage.compression(layer)) {
          case ZSTD -> MediaType.OCI_LAYER_ZSTD;
          case GZIP -> this == OCI ? MediaType.OCI_LAYER_GZIP : MediaType.DOCKER_LAYER_GZIP;
          case NONE -> this == OCI ? MediaType.OCI_LAYER : MediaType.DOCKER_LAYER;
        };
    return new Descriptor(type, layer.digest(), layer.size());
  }
}
