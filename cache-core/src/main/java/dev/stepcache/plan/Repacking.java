package dev.stepcache.plan;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Chooses the layers of the base whose live entries are packed anew (docs/format.md, what a later
 * upload keeps): so that neither dead bytes nor small layers pile up.
 *
 * @param layers of the base, in order
 * @param target what a layer is cut to
 */
public record Repacking(List<Candidate> layers, long target) {
  /** Of all compressed bytes, how many hundredths may be dead. */
  private static final int MOST_DEAD = 28;

  /** When there are more layers, small ones are merged until there are about {@link #FEWER}. */
  private static final int MOST_LAYERS = 60;

  private static final int FEWER = 54;

  /**
   * A layer that may stay.
   *
   * @param blob its compressed size
   * @param bytes of its tar, sums aside
   * @param live those of them that are live
   */
  public record Candidate(long blob, long bytes, long live) {
    private long dead() {
      return bytes == 0 ? blob : (long) ((double) blob * (bytes - live) / bytes);
    }

    private double deadShare() {
      return blob == 0 ? 1 : (double) dead() / blob;
    }
  }

  public Repacking {
    layers = List.copyOf(layers);
  }

  /**
   * The layers to repack.
   *
   * @param lost those that cannot stay in any case
   * @param fresh bytes of tar that lie in no layer yet
   */
  public BitSet choose(BitSet lost, long fresh) {
    BitSet repacked = (BitSet) lost.clone();
    Plan plan = new Plan(fresh);
    for (int number = 0; number < layers.size(); number++) {
      if (layers.get(number).live() == 0) {
        repacked.set(number);
      } else if (repacked.get(number)) {
        plan.fresh += layers.get(number).live();
      } else {
        plan.keep(layers.get(number), 1);
      }
    }
    Comparator<Integer> byShare =
        Comparator.comparingDouble(number -> layers.get(number).deadShare());
    repack(byShare.reversed(), repacked, plan, () -> plan.dead * 100 > plan.blobs * MOST_DEAD);
    if (plan.count() > MOST_LAYERS) {
      repack(
          Comparator.comparingLong(number -> layers.get(number).live()),
          repacked,
          plan,
          () -> plan.count() > FEWER);
    }
    return repacked;
  }

  private void repack(Comparator<Integer> order, BitSet repacked, Plan plan, BooleanSupplier more) {
    List<Integer> ordered =
        IntStream.range(0, layers.size())
            .filter(number -> !repacked.get(number))
            .boxed()
            .sorted(order)
            .toList();
    for (int number : ordered) {
      if (!more.getAsBoolean()) {
        return;
      }
      repacked.set(number);
      plan.keep(layers.get(number), -1);
      plan.fresh += layers.get(number).live();
    }
  }

  /** What an image would be. */
  private final class Plan {
    private final double ratio;
    private long fresh;
    private long dead;
    private double blobs;
    private int kept;

    Plan(long fresh) {
      long bytes = layers.stream().mapToLong(Candidate::bytes).sum();
      this.ratio =
          bytes == 0 ? 1 : (double) layers.stream().mapToLong(Candidate::blob).sum() / bytes;
      this.fresh = fresh;
      this.blobs = fresh * ratio;
    }

    void keep(Candidate layer, int sign) {
      kept += sign;
      dead += sign * layer.dead();
      // What is live stays, in one layer or another.
      blobs += sign > 0 ? layer.blob() : -layer.dead();
    }

    long count() {
      return kept + (fresh == 0 ? 0 : 1 + fresh / target);
    }
  }
}
