package dev.stepcache.jmh;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.plan.LayerPacker;
import dev.stepcache.plan.LayerPlan;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** All layers of a tree, one after another: read, digested, compressed, and thrown away. */
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class PackBenchmark {
  /** A tree that was scanned and cut. */
  @State(Scope.Benchmark)
  public static class Planned {
    private Tree tree = new Tree(Roots.of(Path.of("")), List.of(), List.of(), 0, List.of());
    private List<LayerPlan> plans = List.of();

    @Setup
    public void plan(Inputs inputs) throws IOException {
      tree = TreeScan.of(inputs.tree());
      plans = LayerPlan.cut(tree);
    }
  }

  @Benchmark
  public List<PackedLayer> pack(Planned planned, Work work) throws IOException {
    Tree tree = planned.tree;
    List<PackedLayer> layers = new ArrayList<>();
    try (LayerPacker packer =
        new LayerPacker(tree.roots(), Compression.USUAL, IdleCores.NONE, count -> {})) {
      for (LayerPlan plan : planned.plans) {
        layers.add(packer.pack(plan, OutputStream.nullOutputStream()));
      }
    }
    work.add(tree.entries().size(), tree.bytes());
    return layers;
  }
}
