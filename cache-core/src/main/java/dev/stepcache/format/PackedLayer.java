package dev.stepcache.format;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;

/**
 * A layer that was packed.
 *
 * @param blob the compressed bytes, described
 * @param diffId the digest of the uncompressed tar
 * @param sums of its regular files, in tar order; none of an index layer
 * @param filler bytes that may be appended to the blob any number of times: it is another blob
 *     then, of the same tar; in zstd its last bytes still say where the sums begin
 */
public record PackedLayer(Descriptor blob, Digest diffId, Sums sums, byte[] filler) {
  /** A layer whose sums nobody asks for, and that is taken as it is. */
  public PackedLayer(Descriptor blob, Digest diffId) {
    this(blob, diffId, new Sums(), new byte[0]);
  }

  /** The same layer as another blob. */
  public PackedLayer as(Descriptor other) {
    return new PackedLayer(other, diffId, sums, filler);
  }
}
