package dev.stepcache.bake;

import dev.stepcache.oci.Descriptor;
import java.util.List;

/**
 * The image of one platform, whose blobs are all in the target.
 *
 * @param manifest its document
 * @param descriptor of that
 * @param caches that are in it
 */
record Member(
    byte[] manifest,
    Descriptor descriptor,
    ImageFormat format,
    Inputs inputs,
    List<CacheInImage> caches,
    Baked.Image image) {}
