package dev.stepcache.cache;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.unpack.LayerUnpacker;
import java.io.IOException;

/**
 * An image that another tool made: it has no index, so nothing tells ahead what its layers hold,
 * and they are unpacked one over the other.
 *
 * @param reads what its blobs are read by
 */
record ForeignImage(CacheImage image, VerifiedReads reads) {
  /** What is larger is read once, and bounded while it is unpacked: nobody gains much by it. */
  private static final long LARGEST_BOMB = 64 << 20;

  /** A block of zstd makes 128 KiB of 4 bytes (RFC 8878, 3.1.1.2); no layer holds more. */
  private static final long MOST_PER_BYTE = 32 << 10;

  /**
   * Refuses an image that unpacks to too much before a byte is written, where that can be: layers
   * that are small, and could yet hold more than is allowed, are read twice, once to count.
   *
   * @param largest the most bytes of files that the image may unpack to
   * @throws dev.stepcache.archive.LimitException when it holds more than that
   */
  void refuseBomb(long largest, MemoryBudget memory) throws IOException {
    long size = image.content().stream().mapToLong(layer -> layer.blob().size()).sum();
    if (size > LARGEST_BOMB || size < largest / MOST_PER_BYTE) {
      return;
    }
    UnpackLimits limits = new UnpackLimits(largest, memory);
    for (CacheLayer layer : image.content()) {
      boolean _ =
          reads.read(
              layer.blob(),
              blob -> {
                LayerUnpacker.count(blob, layer.compression(), limits);
                return true;
              });
    }
  }

  /** Unpacks its layers in their order. */
  void unpack(LayerUnpacker unpacker) throws IOException {
    for (CacheLayer layer : image.content()) {
      boolean _ =
          reads.read(
              layer.blob(),
              blob -> {
                unpacker.foreign(blob, layer.compression());
                return true;
              });
    }
  }
}
