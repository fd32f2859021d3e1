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
   * A spool beside the tree, or, where that cannot be written, in the system's temporary folder.
   */
  static Spool of(CacheFolder folder) throws IOException {
    Path beside = folder.path().resolve(CacheFolder.OURS);
    Path made;
    try {
      made = Files.createTempDirectory(beside, PREFIX);
    } catch (IOException e) {
      made = Files.createTempDirectory("stepcache-");
    }
    return new Spool(made, new AtomicLong());
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
