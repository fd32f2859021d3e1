package dev.stepcache.cache;

import dev.stepcache.pack.PackedLayer;
import dev.stepcache.store.Store;
import dev.stepcache.tree.CacheFolder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a packed layer waits until the store has said whether it wants it: a file beside the tree,
 * since a layer may be larger than memory, and its digest must be known before it is sent.
 *
 * @param folder where the files are made
 * @param sent counts the bytes that were sent
 */
record Spool(Path folder, AtomicLong sent) implements AutoCloseable {
  /** What a killed process leaves under such a name, the next fetch removes. */
  private static final String PREFIX = "staging-";

  /**
   * A spool beside the tree; where that cannot be written, since the build that made it was another
   * user, in the spare folder, and at last in the system's temporary one, which a read-only root
   * has none of.
   */
  static Spool of(CacheFolder folder, Optional<Path> spare) throws IOException {
    List<Path> places = new ArrayList<>();
    places.add(folder.path().resolve(CacheFolder.OURS));
    spare.ifPresent(places::add);
    for (Path place : places) {
      try {
        return new Spool(Files.createTempDirectory(place, PREFIX), new AtomicLong());
      } catch (IOException e) {
        // The next place may do.
      }
    }
    return new Spool(Files.createTempDirectory("stepcache-"), new AtomicLong());
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder);
  }

  /** Something that packs a layer. */
  interface Packing {
    PackedLayer into(OutputStream out) throws IOException;
  }

  /** Packs a layer and sees to it that the store has it. */
  PackedLayer store(Store store, Packing packing) throws IOException {
    Path file = Files.createTempFile(folder, "layer-", ".tar.zst");
    try {
      PackedLayer layer;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 17)) {
        layer = packing.into(out);
      }
      if (!store.has(layer.blob())) {
        store.upload(
            layer.blob(), () -> new BufferedInputStream(Files.newInputStream(file), 1 << 17));
        sent.addAndGet(layer.blob().size());
      }
      return layer;
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
