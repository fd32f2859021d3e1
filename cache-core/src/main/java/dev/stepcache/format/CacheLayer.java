package dev.stepcache.format;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.LayerCompression;

/** A layer of a cache image: its blob, the digest of its tar, and how that is compressed. */
public record CacheLayer(Descriptor blob, Digest diffId, LayerCompression compression) {}
