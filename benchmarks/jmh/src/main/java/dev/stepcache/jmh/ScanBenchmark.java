package dev.stepcache.jmh;

import dev.stepcache.scan.TreeScan;
import dev.stepcache.tree.Tree;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** A scan of a tree: names, sizes, modes and times, no content. */
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScanBenchmark {
  @Benchmark
  public Tree scan(Inputs inputs, Work work) throws IOException {
    Tree tree = TreeScan.of(inputs.tree());
    work.add(tree.entries().size(), tree.bytes());
    return tree;
  }
}
