package dev.stepcache.bake;

import dev.stepcache.oci.Descriptor;

/**
 * The image of one platform, whose blobs are all in the target.
 *
 * @param manifest its document
 * @param descriptor of that
 */
record Member(
    byte[] manifest, Descriptor descriptor, ImageFormat format, Inputs inputs, Baked.Image image) {}
