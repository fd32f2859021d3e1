package dev.stepcache.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import dev.stepcache.tree.Tree;
import dev.stepcache.tree.TreeEntry;
import dev.stepcache.tree.TreeEntry.FileEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayerPlanTest {
  private static final long MIB = 1 << 20;

  private static FileEntry file(String name, long size, String... linkTo) {
    return new FileEntry(
        new EntryName(name),
        0644,
        0,
        size,
        1,
        0,
        linkTo.length == 0 ? Optional.empty() : Optional.of(new EntryName(linkTo[0])));
  }

  private static Tree tree(List<? extends TreeEntry> entries) {
    List<TreeEntry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(TreeEntry::name));
    return new Tree(Roots.of(Path.of("/x")), List.of(), sorted, 0, List.of());
  }

  private static List<FileEntry> files(int count, long size, long seed) {
    Random random = new Random(seed);
    List<FileEntry> files = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      files.add(file("f" + Long.toHexString(random.nextLong()), random.nextLong(size)));
    }
    return files;
  }

  @Test
  void putsASmallTreeIntoOneLayer() {
    assertThat(LayerPlan.cut(tree(files(1000, 1000, 1)))).hasSize(1);
  }

  @Test
  void hasNoLayerForAnEmptyTree() {
    assertThat(LayerPlan.cut(tree(List.of()))).isEmpty();
  }

  @Test
  void neverPassesTheLimitOfLayers() {
    for (long size : new long[] {4 * MIB, 16 * MIB, 64 * MIB, 400 * MIB}) {
      assertThat(LayerPlan.cut(tree(files(2000, size, size))).size()).isLessThanOrEqualTo(97);
    }
  }

  @Test
  void givesALargeFileALayerOfItsOwn() {
    List<FileEntry> files = files(10, 1000, 5);
    files.add(file("f", 17 * MIB));

    List<LayerPlan> layers = LayerPlan.cut(tree(files));

    assertThat(layers).hasSize(2);
    assertThat(layers)
        .anySatisfy(layer -> assertThat(layer.entries()).containsExactly(file("f", 17 * MIB)));
  }

  @Test
  void keepsEachEntryOnceAndInOrder() {
    Tree tree = tree(files(5000, MIB, 9));

    List<LayerPlan> layers = LayerPlan.cut(tree);

    assertThat(layers.size()).isGreaterThan(10);
    List<TreeEntry> all = new ArrayList<>();
    layers.forEach(layer -> all.addAll(layer.entries()));
    assertThat(all).containsExactlyInAnyOrderElementsOf(tree.entries());
    assertThat(layers)
        .allSatisfy(layer ->
            assertThat(layer.entries()).isSortedAccordingTo(Comparator.comparing(TreeEntry::name)));
  }

  @Test
  void keepsMostLayersWhenAFewFilesComeAndGo() {
    List<FileEntry> files = files(5000, 200_000, 13);
    Set<LayerPlan> before = new HashSet<>(LayerPlan.cut(tree(files)));
    files.remove(2500);
    files.add(file("f8", 5000));

    Set<LayerPlan> after = new HashSet<>(LayerPlan.cut(tree(files)));

    Set<LayerPlan> same = new HashSet<>(before);
    same.retainAll(after);
    assertThat(same.size()).isGreaterThanOrEqualTo(before.size() - 6);
  }

  @Test
  void keepsAHardLinkGroupInTheLayerOfItsFirstName() {
    List<FileEntry> files = new ArrayList<>(files(3000, 100_000, 17));
    files.add(file("a", 5));
    files.add(file("zzz", 5, "a"));

    List<LayerPlan> layers = LayerPlan.cut(tree(files));

    assertThat(layers.size()).isGreaterThan(2);
    assertThat(layers.getFirst().entries()).contains(file("a", 5), file("zzz", 5, "a"));
    assertThat(layers.getFirst().entries().getLast()).isEqualTo(file("zzz", 5, "a"));
  }
}
