package dev.stepcache.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thirty uploads in a row, in numbers alone: an entry is a number, and as large as any other. */
class RepackingTest {
  private static final int ENTRIES = 20_000;
  private static final int MOST_LAYERS = 64;

  private final Random random = new Random(3);
  private List<Layer> layers = new ArrayList<>();
  private int target;

  private static final class Layer {
    private final int entries;
    private int live;

    Layer(int entries) {
      this.entries = entries;
      this.live = entries;
    }
  }

  /** As a cut does it: on average a layer is 1.28 targets large. */
  private void add(int entries) {
    int count = Math.max(1, (int) Math.round(entries / 1.28 / target));
    for (int number = 0; number < count; number++) {
      layers.add(new Layer(entries / count));
    }
  }

  private int live() {
    return layers.stream().mapToInt(layer -> layer.live).sum();
  }

  private void die(int count) {
    for (int left = count; left > 0; left--) {
      int victim = random.nextInt(live());
      for (Layer layer : layers) {
        victim -= layer.live;
        if (victim < 0) {
          layer.live--;
          break;
        }
      }
    }
  }

  private BitSet choose(int fresh) {
    return new Repacking(
            layers.stream()
                .map(layer -> new Repacking.Candidate(layer.entries, layer.entries, layer.live))
                .toList(),
            target)
        .choose(new BitSet(), fresh);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          9,  0.05,  0.05
          18, 0.05,  0.05
          37, 0.05,  0.05
          37, 0.05,  0
          30, 0.037, 0.037
          37, 0.008, 0
          37, 0.03,  0
          30, 0.12,  0
          37, 0.001, 0.001
          22, 0.15,  0.15
          37, 0.06,  0.02
          """)
  void keepsTheBoundsOverThirtyGenerations(int first, double came, double went) {
    target = (int) (ENTRIES / 1.28 / first);
    add(ENTRIES);
    int sent = 0;
    int fresh = 0;
    for (int generation = 0; generation < 30; generation++) {
      int more = (int) (came * ENTRIES);
      die((int) (went * live()));
      while (target < (live() + more) / 48) {
        target *= 2;
      }
      BitSet given = choose(more);
      int packed = more;
      List<Layer> kept = new ArrayList<>();
      for (int number = 0; number < layers.size(); number++) {
        if (given.get(number)) {
          packed += layers.get(number).live;
        } else {
          kept.add(layers.get(number));
        }
      }
      layers = kept;
      add(packed);
      fresh += more;
      sent += packed;

      assertThat(layers.size()).isLessThanOrEqualTo(MOST_LAYERS);
      int entries = layers.stream().mapToInt(layer -> layer.entries).sum();
      assertThat(entries - live()).isLessThanOrEqualTo(entries * 3 / 10);
    }
    assertThat(sent).isLessThanOrEqualTo(fresh * 2);
  }

  @Test
  void givesUpWhatHasNothingAliveOrCannotStay() {
    layers = List.of(new Layer(10), new Layer(10), new Layer(10));
    layers.get(0).live = 0;
    target = 10;
    BitSet lost = new BitSet();
    lost.set(2);

    BitSet given =
        new Repacking(
                layers.stream()
                    .map(layer -> new Repacking.Candidate(layer.entries, layer.entries, layer.live))
                    .toList(),
                target)
            .choose(lost, 0);

    assertThat(given.stream()).containsExactly(0, 2);
  }
}
