package dev.stepcache.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.archive.LimitException;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.resources.Resources;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayersByHashTest {
  @Test
  void keepsTheLastOrTheLowestOfEachHash() throws Exception {
    MemoryBudget memory = new MemoryBudget(Resources.of(64 << 20, 2));
    LayersByHash last = new LayersByHash(memory);
    LayersByHash lowest = new LayersByHash(memory);
    Map<Long, Integer> lasts = new HashMap<>();
    Map<Long, Integer> lowests = new HashMap<>();
    Random random = new Random(7);
    for (int number = 0; number < 200_000; number++) {
      // Hashes that meet in a slot, and zero, which an empty slot has too.
      long hash = number % 3 == 0 ? (long) (number % 5000) << 40 : random.nextInt(100_000);
      int layer = random.nextInt(100);
      last.put(hash, layer);
      lowest.putLowest(hash, layer);
      lasts.put(hash, layer);
      lowests.merge(hash, layer, Math::min);
    }

    lasts.forEach((hash, layer) -> assertThat(last.get(hash)).hasValue(layer));
    lowests.forEach((hash, layer) -> assertThat(lowest.get(hash)).hasValue(layer));
    assertThat(last.get(-1)).isEmpty();
    // Of a hundred thousand hashes: two tables of at most a quarter of a million slots.
    assertThat(memory.held()).isLessThan(2 * 262_144 * 12 + 1);
  }

  @Test
  void holdsNoMoreThanItMay() {
    LayersByHash layers = new LayersByHash(new MemoryBudget(Resources.of(100_000, 2)));

    assertThatThrownBy(
            () -> {
              for (long hash = 0; hash < 100_000; hash++) {
                layers.put(hash, 1);
              }
            })
        .isInstanceOf(LimitException.class);
  }
}
