package dev.stepcache.pack;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;

/**
 * A layer that was packed.
 *
 * @param blob the compressed bytes, described
 * @param diffId the digest of the uncompressed tar
 * @param sums of its regular files, in tar order; none of an index layer
 */
public record PackedLayer(Descriptor blob, Digest diffId, Sums sums) {
  /** A layer whose sums nobody asks for. */
  public PackedLayer(Descriptor blob, Digest diffId) {
    this(blob, diffId, new Sums());
  }
}
