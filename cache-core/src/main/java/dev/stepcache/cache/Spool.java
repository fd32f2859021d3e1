package dev.stepcache.cache;

import dev.stepcache.pack.PackedLayer;
import dev.stepcache.store.Store;
import dev.stepcache.tree.CacheFolder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a packed layer waits until the store has said whether it wants it: a file beside the tree,
 * since a layer may be larger than memory, and its digest must be known before it is sent.
 *
 * @param folder where the files are made
 * @param packers lets as many pack at a time as there are cores; who only waits for the store is
 *     none of them
 * @param sent counts the bytes that were sent
 */
record Spool(Path folder, Semaphore packers, AtomicLong sent) implements AutoCloseable {
  /** How many layers may be on their way to the store while others are packed. */
  private static final int SENDERS = 2;

  private Spool(Path folder) {
    this(folder, new Semaphore(Workers.count()), new AtomicLong());
  }

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
        return new Spool(Files.createTempDirectory(place, PREFIX));
      } catch (IOException e) {
        // The next place may do.
      }
    }
    return new Spool(Files.createTempDirectory("stepcache-"));
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
      PackedLayer layer = pack(packing, file);
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

  private PackedLayer pack(Packing packing, Path file) throws IOException {
    try {
      packers.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 17)) {
      return packing.into(out);
    } finally {
      packers.release();
    }
  }

  /** How many threads keep the cores packing while layers are sent. */
  static int threads() {
    return Workers.count() + SENDERS;
  }
}
