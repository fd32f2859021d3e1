package dev.stepcache.transfer;

import dev.stepcache.io.Interrupts;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings an image's layers to those who unpack them: read ahead, in order, as far as memory allows,
 * and verified there before a byte of them is looked at. A layer that is too large for that is read
 * by whoever unpacks it, and verified at its end. Reading begins at once, unpacking when it is
 * asked for; closing ends both.
 */
final class LayerPrefetch implements AutoCloseable {
  /** They wait more than they work: of small layers each costs a round trip. */
  private static final int READERS = 4;

  /** How many of them read while config and index are read as well. */
  private static final int EARLY = 2;

  private final VerifiedReads reads;
  private final List<Descriptor> blobs;
  private final Resources resources;
  private final BlobPool memory;

  /** What a dead registry may cost is counted in requests (docs/promises.md, 7). */
  private final Semaphore connections = new Semaphore(EARLY, true);

  private final Workers.Running workers;
  private final BlockingQueue<Ready> ready = new LinkedBlockingQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();

  private record Ready(int number, Optional<List<byte[]>> content) {}

  /** Unpacks a layer to its end. */
  public interface Unpacking {
    void unpack(int number, InputStream blob) throws IOException;
  }

  private LayerPrefetch(VerifiedReads reads, List<Descriptor> blobs, Resources resources) {
    this.reads = reads;
    this.blobs = blobs;
    this.resources = resources;
    this.memory = new BlobPool(resources.aheadBeforeIndex());
    this.workers = new Workers.Running(READERS + resources.workers());
  }

  /** Begins to read from a store of which nothing was found yet. */
  static LayerPrefetch begin(Store store, List<Descriptor> blobs, Resources resources) {
    return begin(new VerifiedReads(store), blobs, resources);
  }

  /** Begins to read. */
  static LayerPrefetch begin(VerifiedReads reads, List<Descriptor> blobs, Resources resources) {
    LayerPrefetch ahead = new LayerPrefetch(reads, blobs, resources);
    for (int reader = 0; reader < Math.min(READERS, blobs.size()); reader++) {
      ahead.workers.begin(ahead::read);
    }
    return ahead;
  }

  /**
   * Unpacks all layers, several at once, and returns when no one is read or unpacked any more.
   *
   * @param held how many bytes of the heap the index holds
   */
  void unpack(long held, Unpacking unpacking) throws IOException {
    connections.release(Math.max(READERS, resources.workers() + EARLY) - EARLY);
    memory.grow(resources.ahead(held) - resources.aheadBeforeIndex());
    try (workers) {
      for (int worker = 0; worker < Math.min(resources.workers(), blobs.size()); worker++) {
        workers.begin(() -> unpackEach(unpacking));
      }
      workers.await();
    }
  }

  /** Ends what is under way; whoever hears nothing of it ends soon, and is seen by nobody. */
  @Override
  public void close() {
    workers.abandon();
  }

  private boolean isBuffered(Descriptor blob) {
    return blob.size() <= resources.largestAhead()
        && BlobPool.fits(blob.size(), resources.aheadBeforeIndex());
  }

  private void read() throws IOException {
    for (int next = asked.getAndIncrement(); next < blobs.size(); next = asked.getAndIncrement()) {
      Descriptor blob = blobs.get(next);
      if (!isBuffered(blob)) {
        ready.add(new Ready(next, Optional.empty()));
        continue;
      }
      try {
        List<byte[]> pieces = memory.take(blob.size());
        readInto(pieces, blob);
        ready.add(new Ready(next, Optional.of(pieces)));
      } catch (InterruptedException e) {
        throw Interrupts.caught("interrupted");
      }
    }
  }

  private void readInto(List<byte[]> pieces, Descriptor blob)
      throws IOException, InterruptedException {
    connections.acquire();
    try {
      boolean _ = reads.read(blob, in -> filled(in, blob, pieces));
    } finally {
      connections.release();
    }
  }

  private static boolean filled(InputStream in, Descriptor blob, List<byte[]> pieces)
      throws IOException {
    for (int piece = 0; piece < pieces.size(); piece++) {
      // A connection hears no interrupt.
      Interrupts.check("interrupted");
      in.readNBytes(pieces.get(piece), 0, BlobPool.length(piece, blob.size()));
    }
    return true;
  }

  private void unpackEach(Unpacking unpacking) throws IOException {
    try {
      while (taken.getAndIncrement() < blobs.size()) {
        Ready next = ready.take();
        Descriptor blob = blobs.get(next.number());
        if (next.content().isPresent()) {
          List<byte[]> pieces = next.content().get();
          unpacking.unpack(next.number(), BlobPool.open(pieces, blob.size()));
          memory.giveBack(pieces);
        } else {
          stream(next.number(), blob, unpacking);
        }
      }
    } catch (InterruptedException e) {
      throw Interrupts.caught("interrupted");
    }
  }

  private void stream(int number, Descriptor blob, Unpacking unpacking)
      throws IOException, InterruptedException {
    connections.acquire();
    try {
      boolean _ =
          reads.read(
              blob,
              in -> {
                unpacking.unpack(number, in);
                return true;
              });
    } finally {
      connections.release();
    }
  }
}
