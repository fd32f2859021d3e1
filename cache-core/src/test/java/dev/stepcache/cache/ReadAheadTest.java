package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.image.CacheLayer;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.WrongContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReadAheadTest {
  private static final long ROOM_FOR_ALL = 16 << 20;

  @TempDir Path folder;
  private FaultyStore store;
  private final List<byte[]> contents = new ArrayList<>();
  private final List<CacheLayer> layers = new ArrayList<>();

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
      layers.add(new CacheLayer(blob, blob.digest(), LayerCompression.NONE));
    }
  }

  @Test
  void bringsEachLayerOnceHoweverLittleMemoryThereIs() throws IOException {
    for (long memory : new long[] {0, 100, 10_000, 1_000_000, ROOM_FOR_ALL}) {
      Map<Integer, byte[]> seen = new ConcurrentHashMap<>();

      ReadAhead.run(
          store,
          layers,
          memory,
          (number, blob) -> assertThat(seen.put(number, blob.readAllBytes())).isNull());

      assertThat(seen).hasSize(layers.size());
      seen.forEach((number, content) -> assertThat(content).isEqualTo(contents.get(number)));
    }
  }

  @Test
  void whoeverUnpacksNeverSeesWrongContentThatWasReadAhead() {
    store.flipped = blob -> blob.size() == 300_000;

    assertThatThrownBy(() ->
            ReadAhead.run(
                store,
                layers,
                ROOM_FOR_ALL,
                (number, blob) -> assertThat(blob.readAllBytes()).isEqualTo(contents.get(number))))
        .isInstanceOf(WrongContentException.class);
  }

  @Test
  void findsWrongContentThatWasReadWhileItWasUnpacked() {
    store.flipped = blob -> blob.size() == 1_000_000;

    assertThatThrownBy(() -> ReadAhead.run(store, layers, 0, (number, blob) -> blob.readAllBytes()))
        .isInstanceOf(WrongContentException.class);
  }

  @Test
  void aFailureOfOneEndsAll() {
    IOException full = new IOException("no space");

    assertThatThrownBy(() ->
            ReadAhead.run(
                store,
                layers,
                ROOM_FOR_ALL,
                (number, blob) -> {
                  throw full;
                }))
        .isSameAs(full);
  }
}
