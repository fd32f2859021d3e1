package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.cache.FaultyStore;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.MediaType;
import dev.stepcache.resources.Resources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LayerPrefetchTest {
  private static final int CORES = Resources.ofThisJvm().cores();
  private static final long ROOM_FOR_ALL = 16 << 20;

  @TempDir Path folder;
  private FaultyStore store;
  private final List<byte[]> contents = new ArrayList<>();
  private final List<Descriptor> blobs = new ArrayList<>();

  @BeforeEach
  void storeLayers() throws IOException {
    store = new FaultyStore(new LayoutStore(folder));
    Random random = new Random(1);
    for (int size : new int[] {0, 1, 300_000, 70_000, 1_000_000, 5, 200_000, 70_001, 9, 65_536}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      Descriptor blob = Descriptor.of(MediaType.parse("application/octet-stream"), content);
      store.upload(blob, () -> new ByteArrayInputStream(content));
      contents.add(content);
      blobs.add(blob);
    }
  }

  private void unpack(long heap, LayerPrefetch.Unpacking unpacking) throws IOException {
    try (LayerPrefetch ahead = LayerPrefetch.begin(store, blobs, Resources.of(heap, CORES))) {
      ahead.unpack(0, unpacking);
    }
  }

  @Test
  void bringsEachLayerOnceHoweverLittleMemoryThereIs() throws IOException {
    for (long memory : new long[] {0, 100, 10_000, 1_000_000, ROOM_FOR_ALL}) {
      Map<Integer, byte[]> seen = new ConcurrentHashMap<>();

      unpack(memory, (number, blob) -> assertThat(seen.put(number, blob.readAllBytes())).isNull());

      assertThat(seen).hasSize(blobs.size());
      seen.forEach((number, content) -> assertThat(content).isEqualTo(contents.get(number)));
    }
  }

  @Test
  void whoeverUnpacksNeverSeesWrongContentThatWasReadAhead() {
    store.flipped = blob -> blob.size() == 300_000;

    assertThatThrownBy(() ->
            unpack(
                ROOM_FOR_ALL,
                (number, blob) -> assertThat(blob.readAllBytes()).isEqualTo(contents.get(number))))
        .isInstanceOf(BrokenContentException.class);
  }

  @Test
  void findsWrongContentThatWasReadWhileItWasUnpacked() {
    store.flipped = blob -> blob.size() == 1_000_000;

    assertThatThrownBy(() -> unpack(0, (number, blob) -> blob.readAllBytes()))
        .isInstanceOf(BrokenContentException.class);
  }

  @Test
  void aFailureOfOneEndsAll() {
    IOException full = new IOException("no space");

    assertThatThrownBy(() ->
            unpack(
                ROOM_FOR_ALL,
                (number, blob) -> {
                  throw full;
                }))
        .isSameAs(full);
  }

  @Test
  void readsNoMoreThanMemoryAllowsBeforeAnythingIsUnpacked() throws InterruptedException {
    long heap = 8L * BlobPool.PIECE;
    try (LayerPrefetch ahead = LayerPrefetch.begin(store, blobs, Resources.of(heap, CORES))) {
      await(() -> store.read.get() > 0);
      assertThat(ahead).isNotNull();
    }
    assertThat(store.read.get()).isLessThanOrEqualTo(BlobPool.PIECE);
    assertThat(store.open).hasValue(0);
  }

  @Test
  void endsWhatIsUnderWayWhenItIsClosed() throws InterruptedException {
    store.stalled = blob -> true;
    try (LayerPrefetch ahead =
        LayerPrefetch.begin(store, blobs, Resources.of(ROOM_FOR_ALL, CORES))) {
      await(() -> store.open.get() > 1);
      assertThat(ahead).isNotNull();
    }
    assertThat(store.open).hasValue(0);
    assertThat(store.read.get()).isLessThan(1_000_000);
  }

  @Test
  void asksTheStoreForFourAtATimeAtMost() throws IOException {
    AtomicInteger most = new AtomicInteger();
    store.fault = operation -> most.accumulateAndGet(store.open.get() + 1, Math::max);

    unpack(ROOM_FOR_ALL, (number, blob) -> blob.readAllBytes());

    assertThat(most.get()).isBetween(1, Math.max(4, Resources.ofThisJvm().workers() + 2));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(1);
    }
  }
}
