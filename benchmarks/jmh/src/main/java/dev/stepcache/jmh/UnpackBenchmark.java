package dev.stepcache.jmh;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.IdleCores;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.PackedLayer;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.format.UnpackLimits;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.plan.LayerPacker;
import dev.stepcache.plan.LayerPlan;
import dev.stepcache.plan.Placement;
import dev.stepcache.plan.TreeIndexer;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolder;
import dev.stepcache.restore.Committed;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Staging;
import dev.stepcache.scan.TreeScan;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry.FolderEntry;
import dev.stepcache.unpack.LayerUnpacker;
import dev.stepcache.unpack.VisibilityCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All layers of a tree, one after another, from files: decompressed, checked, staged and moved in.
 * Nothing is deleted meanwhile: ext4 is many times slower where much was.
 */
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class UnpackBenchmark {
  /** Names an empty folder for the layers and for what is unpacked. */
  static final String FOLDER = "stepcache.out";

  /** A tree that was packed. */
  @State(Scope.Benchmark)
  public static class Packed {
    private final Path folder = Path.of(System.getProperty(FOLDER, ""));
    private List<IndexLayer> index = List.of();
    private List<Path> blobs = List.of();

    @Setup
    public void pack(Inputs inputs) throws IOException {
      Tree tree = TreeScan.of(inputs.tree());
      Placement placement = Placement.nowhere(tree);
      List<LayerPlan> plans = placement.plans();
      List<PackedLayer> packed = new ArrayList<>();
      List<Path> written = new ArrayList<>();
      try (LayerPacker packer =
          new LayerPacker(tree.roots(), Compression.USUAL, IdleCores.NONE, count -> {})) {
        for (LayerPlan plan : plans) {
          Path blob = Files.createTempFile(folder, "layer-", "");
          try (OutputStream out = Files.newOutputStream(blob)) {
            packed.add(packer.pack(plan, out));
          }
          written.add(blob);
        }
      }
      TreeIndex made = TreeIndexer.of(placement, List.of(), new BitSet(), plans, packed);
      index = List.of(new IndexLayer(made, Optional.empty(), Set.of()));
      blobs = List.copyOf(written);
    }
  }

  @Benchmark
  public Committed unpack(Packed packed, Work work) throws IOException {
    IndexLayer layer = packed.index.getFirst();
    TreeIndex index = layer.index();
    MemoryBudget memory = new MemoryBudget(Resources.ofThisJvm());
    VisibilityCheck check = new VisibilityCheck(layer, memory);
    CacheFolder cache = new CacheFolder(Files.createTempDirectory(packed.folder, "cache-"));
    try (CacheFolder.FolderHold hold = cache.holdAlone(Duration.ZERO);
        Staging staging = hold.stage(RestoreMode.PRESERVE)) {
      LayerUnpacker unpacker =
          new LayerUnpacker(staging, new UnpackLimits(Long.MAX_VALUE, memory), count -> {});
      for (int number = 0; number < packed.blobs.size(); number++) {
        try (InputStream blob = Files.newInputStream(packed.blobs.get(number))) {
          unpacker.content(blob, LayerCompression.ZSTD, index, number, check);
        }
      }
      check.verify();
      for (FolderEntry folder : index.folders()) {
        staging.folder(folder.name(), folder.mode(), folder.mtime());
      }
      Committed committed = staging.commit();
      work.add(index.files(), index.bytes());
      return committed;
    }
  }
}
