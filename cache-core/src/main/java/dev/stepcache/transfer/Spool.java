package dev.stepcache.transfer;

import dev.stepcache.archive.IdleCores;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.io.Interrupts;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.DigestingOutputStream;
import dev.stepcache.oci.MediaType;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.BlobSource;
import dev.stepcache.store.Store;
import dev.stepcache.tree.OwnFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a packed layer waits until the store has said whether it wants it, since its digest must be
 * known before it is sent: in memory, and in files beside the tree where that does not suffice.
 *
 * @param folder where the files are made
 * @param memory that layers wait in
 * @param packers lets as many pack at a time as there are cores; who only waits for the store is
 *     none of them
 * @param sent counts the bytes that were sent
 */
public record Spool(Path folder, BlobPool memory, Semaphore packers, AtomicLong sent)
    implements AutoCloseable {
  /** How many layers may be on their way to the store while others are packed. */
  private static final int SENDERS = 2;

  private Spool(Path folder, Resources resources, int packers) {
    this(folder, new BlobPool(resources.waiting()), new Semaphore(packers), new AtomicLong());
  }

  /** What a killed process leaves under such a name, the next fetch removes. */
  private static final String PREFIX = OwnFolder.STAGING_PREFIX;

  /**
   * A spool beside the tree; where that cannot be written, since the build that made it was another
   * user, in the spare folder, and at last in the system's temporary one, which a read-only root
   * has none of.
   *
   * @param ownFolder {@code .stepcache} of the cache path
   * @param packers how many pack at a time
   */
  public static Spool of(Path ownFolder, Optional<Path> spare, Resources resources, int packers)
      throws IOException {
    List<Path> folders = new ArrayList<>();
    folders.add(ownFolder);
    spare.ifPresent(folders::add);
    for (Path each : folders) {
      try {
        return new Spool(Files.createTempDirectory(each, PREFIX), resources, packers);
      } catch (IOException e) {
        // The next folder may do.
      }
    }
    return new Spool(Files.createTempDirectory("stepcache-"), resources, packers);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder);
  }

  /** Something that packs a layer. */
  public interface Packing {
    PackedLayer into(OutputStream out) throws IOException;
  }

  /** Packs a layer and sees to it that the store has it. */
  public PackedLayer store(Store store, Packing packing) throws IOException {
    SpooledLayer spooled = new SpooledLayer(memory, folder);
    try {
      PackedLayer layer = pack(packing, spooled);
      BlobSource source = spooled::open;
      for (int copies = 1; ; copies++) {
        try {
          send(store, layer.blob(), source);
          return layer;
        } catch (StillBrokenException e) {
          if (copies > StillBrokenException.MOST || layer.filler().length == 0) {
            throw e;
          }
          source = filled(spooled, layer.filler(), copies);
          layer = layer.as(described(source, layer.blob().mediaType()));
          e.replacedBy(layer.blob());
        }
      }
    } finally {
      spooled.free();
    }
  }

  /** Sends a blob, unless the store has it. */
  public void send(Store store, Descriptor blob, BlobSource source) throws IOException {
    if (!store.has(blob)) {
      store.upload(blob, source);
      sent.addAndGet(blob.size());
    }
  }

  /**
   * The layer as another blob, for a store that keeps a broken one under the digest of the first.
   */
  private static BlobSource filled(SpooledLayer spooled, byte[] filler, int copies) {
    byte[] filling = new byte[filler.length * copies];
    for (int copy = 0; copy < copies; copy++) {
      System.arraycopy(filler, 0, filling, copy * filler.length, filler.length);
    }
    return () -> new SequenceInputStream(spooled.open(), new ByteArrayInputStream(filling));
  }

  private static Descriptor described(BlobSource source, MediaType type) throws IOException {
    try (InputStream in = source.open();
        DigestingOutputStream out = new DigestingOutputStream(OutputStream.nullOutputStream())) {
      in.transferTo(out);
      return out.descriptor(type);
    }
  }

  private PackedLayer pack(Packing packing, SpooledLayer spooled) throws IOException {
    try {
      packers.acquire();
    } catch (InterruptedException e) {
      throw Interrupts.caught("interrupted");
    }
    try (OutputStream out = spooled) {
      return packing.into(out);
    } finally {
      packers.release();
    }
  }

  /** The cores of those that could pack and have nothing to. */
  public IdleCores idleCores() {
    return task -> Workers.beginWith(packers, task);
  }

  /** How many threads keep the cores packing while layers are sent. */
  public int threads() {
    return packers.availablePermits() + SENDERS;
  }
}
