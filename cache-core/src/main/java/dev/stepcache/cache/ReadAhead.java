package dev.stepcache.cache;

import dev.stepcache.image.CacheLayer;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.VerifyingInputStream;
import dev.stepcache.store.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings an image's layers to those who unpack them: read ahead, in order, into as many buffers as
 * memory allows, and verified there before a byte of them is looked at. A layer that is too large
 * for a buffer is read by whoever unpacks it, and verified at its end.
 */
final class ReadAhead {
  /** Two hide that a registry is far away, and that one core verifies or decrypts. */
  private static final int READERS = 2;

  /** Each reader and each of two who unpack has one, and one waits. */
  private static final int MOST_BUFFERS = 5;

  /** What part of the heap all buffers may take. */
  private static final int SHARE = 3;

  private final Store store;
  private final List<CacheLayer> layers;
  private final int capacity;
  private final BlockingQueue<byte[]> buffers = new ArrayBlockingQueue<>(MOST_BUFFERS);
  private final BlockingQueue<Ready> ready;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();

  private record Ready(int number, Optional<byte[]> content) {}

  /** Unpacks a layer to its end. */
  interface Unpacking {
    void unpack(int number, InputStream blob) throws IOException;
  }

  private ReadAhead(Store store, List<CacheLayer> layers, long memory) {
    this.store = store;
    this.layers = layers;
    this.ready = new ArrayBlockingQueue<>(Math.max(1, layers.size()));
    long budget = memory / SHARE;
    long most = budget / (READERS + 1);
    this.capacity =
        (int)
            layers.stream()
                .mapToLong(layer -> layer.blob().size())
                .filter(size -> size <= most)
                .max()
                .orElse(0);
    if (capacity > 0) {
      long count = Math.min(Math.min(MOST_BUFFERS, budget / capacity), layers.size());
      for (int made = 0; made < count; made++) {
        buffers.add(new byte[capacity]);
      }
    }
  }

  /**
   * Unpacks all layers, several at once.
   *
   * @param memory how many bytes there are in all
   */
  static void run(Store store, List<CacheLayer> layers, long memory, Unpacking unpacking)
      throws IOException {
    ReadAhead ahead = new ReadAhead(store, layers, memory);
    List<Workers.Task> tasks = new ArrayList<>();
    for (int reader = 0; reader < READERS; reader++) {
      tasks.add(ahead::read);
    }
    for (int worker = 0; worker < Math.min(Workers.count(), layers.size()); worker++) {
      tasks.add(() -> ahead.unpack(unpacking));
    }
    Workers.run(tasks, tasks.size());
  }

  private void read() throws IOException {
    for (int next = asked.getAndIncrement(); next < layers.size(); next = asked.getAndIncrement()) {
      Descriptor blob = layers.get(next).blob();
      if (capacity == 0 || blob.size() > capacity) {
        ready.add(new Ready(next, Optional.empty()));
        continue;
      }
      byte[] buffer = take(buffers);
      try (VerifyingInputStream in = new VerifyingInputStream(store.blob(blob), blob)) {
        in.readNBytes(buffer, 0, (int) blob.size());
        in.drain();
      }
      ready.add(new Ready(next, Optional.of(buffer)));
    }
  }

  private void unpack(Unpacking unpacking) throws IOException {
    while (taken.getAndIncrement() < layers.size()) {
      Ready next = take(ready);
      Descriptor blob = layers.get(next.number()).blob();
      if (next.content().isPresent()) {
        byte[] buffer = next.content().get();
        unpacking.unpack(next.number(), new ByteArrayInputStream(buffer, 0, (int) blob.size()));
        buffers.add(buffer);
        continue;
      }
      try (VerifyingInputStream in = new VerifyingInputStream(store.blob(blob), blob)) {
        unpacking.unpack(next.number(), in);
        in.drain();
      }
    }
  }

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedIOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
