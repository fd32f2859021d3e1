package dev.stepcache.bake;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;

/**
 * A layer that comes on top of the base.
 *
 * @param diffId the digest of its tar
 * @param createdBy what made it, for the image's history
 */
record BakedLayer(Descriptor blob, Digest diffId, String createdBy) {}
