package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.TreeIndex;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.transfer.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A team's month: thirty builds, each on top of what the last one saved. */
@org.junit.jupiter.api.Tag("slow")
class MonthTest {
  private static final int GENERATIONS = 30;
  private static final int MOST_LAYERS = 64;
  private static final Tag FOREIGN = new Tag("foreign");

  @TempDir Path folder;
  private final Random random = new Random(11);
  private LayoutStore store;
  private Path tree;

  /** What a build does to the cache path. */
  private interface Build {
    void change(int generation) throws IOException;
  }

  @BeforeEach
  void makeATree() throws IOException {
    store = new LayoutStore(folder.resolve("store"));
    tree = Files.createDirectories(folder.resolve("tree"));
  }

  /** Half noise, so that compression has something to do and something that it cannot do. */
  private void write(String name, int size) throws IOException {
    byte[] content = new byte[size];
    random.nextBytes(content);
    for (int at = size / 2; at < size; at++) {
      content[at] = (byte) (at / 100);
    }
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(
              path -> Files.isRegularFile(path) && !path.startsWith(tree.resolve(".stepcache")))
          .sorted()
          .toList();
    }
  }

  @Test
  void ofAGoBuildCacheWhoseEntriesComeAndGoAtRandom() throws IOException {
    for (int at = 0; at < 150; at++) {
      writeAnAction();
    }
    month(generation -> {
      List<Path> files = new ArrayList<>(files());
      for (int at = 0; at < 8; at++) {
        Files.delete(files.remove(random.nextInt(files.size())));
        writeAnAction();
      }
    });
  }

  private void writeAnAction() throws IOException {
    String name = String.format("%016x-a", random.nextLong());
    write(name.substring(0, 2) + "/" + name, 1 + random.nextInt(180_000));
  }

  @Test
  void ofPackagesThatAreUpgraded() throws IOException {
    for (int number = 0; number < 40; number++) {
      writePackage(number, 1);
    }
    month(generation -> {
      for (int count = 0; count < 2; count++) {
        int number = random.nextInt(40);
        deleteBelow(tree.resolve("p" + number));
        writePackage(number, generation + 2);
      }
    });
  }

  private void writePackage(int number, int version) throws IOException {
    for (int file = 0; file < 4; file++) {
      write("p" + number + "/lib/v" + version % 3 + "/f" + file + ".js", 80_000);
    }
    write("p" + number + "/package.json", 500);
    if (version % 2 == 0) {
      write("p" + number + "/bin", 100);
    } else {
      write("p" + number + "/bin/run", 100);
    }
    Files.createSymbolicLink(
        tree.resolve("p" + number + "/main.js"), Path.of("lib/v" + version % 3 + "/f0.js"));
  }

  private static void deleteBelow(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void ofARepositoryThatOnlyGrows() throws IOException {
    for (int at = 0; at < 40; at++) {
      write("org/g" + at % 7 + "/a" + at + "/1.0/a.jar", 300_000);
    }
    month(generation -> {
      write("org/new" + generation + "/a/1.0/a.jar", 300_000);
      write("org/g" + generation % 7 + "/maven-metadata.xml", 700);
    });
  }

  private void month(Build build) throws IOException {
    long fresh = 0;
    long sent = 0;
    upload();
    for (int generation = 0; generation < GENERATIONS; generation++) {
      SortedMap<String, TreeSnapshot.Entry> saved = TreeSnapshot.of(tree);
      tree = folder.resolve("generation-" + generation);
      assertThat(bench().fetch(tree, RestoreMode.PRESERVE).reason()).isEqualTo(Reason.HIT);
      assertThat(TreeSnapshot.of(tree)).isEqualTo(saved);
      build.change(generation);
      fresh += packedAlone(saved, generation);
      sent += upload();
      check(generation);
    }
    assertThat(sent).isLessThanOrEqualTo(fresh * 2);
  }

  private Bench bench() {
    return Bench.layout(folder.resolve("store"));
  }

  private long upload() {
    UploadOutcome outcome = bench().upload(tree, UploadRequest.When.CHANGED, Optional.empty());
    assertThat(outcome.reason()).as(outcome.message()).isEqualTo(Reason.SAVED);
    return outcome.saved().orElseThrow().sent();
  }

  /** How large a first upload of nothing but what is new would be. */
  private long packedAlone(SortedMap<String, TreeSnapshot.Entry> before, int generation)
      throws IOException {
    Path alone = Files.createDirectories(folder.resolve("alone-" + generation));
    for (var entry : TreeSnapshot.of(tree).entrySet()) {
      TreeSnapshot.Entry old = before.get(entry.getKey());
      boolean isNew = old == null || !old.content().equals(entry.getValue().content());
      if (isNew && entry.getValue().kind().equals("file")) {
        Path copy = alone.resolve(entry.getKey());
        Files.createDirectories(copy.getParent());
        Files.copy(tree.resolve(entry.getKey()), copy);
      }
    }
    return Bench.layout(folder.resolve("alone-store-" + generation))
        .upload(alone)
        .saved()
        .orElseThrow()
        .sent();
  }

  private void check(int generation) throws IOException {
    Manifest manifest = manifest();
    CacheImage image = ImageReader.image(store, manifest);
    IndexLayer index =
        ImageReader.index(
            store, image.index().orElseThrow(), new MemoryBudget(Resources.ofThisJvm()));
    assertThat(image.content().size()).isLessThanOrEqualTo(MOST_LAYERS);
    double all = 0;
    double dead = 0;
    for (int number = 0; number < image.content().size(); number++) {
      TreeIndex.Layer layer = index.index().layers().get(number);
      double share = 1 - (double) layer.live().cardinality() / layer.entries();
      long blob = image.content().get(number).blob().size();
      all += blob;
      dead += blob * share;
    }
    assertThat(dead / all).as("dead share in generation " + generation).isLessThan(0.35);

    if (generation % 5 == 4) {
      Path layered = folder.resolve("layered-" + generation);
      fetchLayerByLayer(manifest, layered);
      assertThat(contents(layered)).isEqualTo(contents(tree));
    }
  }

  private Manifest manifest() throws IOException {
    return ImageReader.manifestFor(
            store, store.manifest(new Tag(Bench.KEY.hex())).orElseThrow(), Bench.PLATFORM)
        .orElseThrow();
  }

  /** As a tool does it that knows nothing of the index. */
  private void fetchLayerByLayer(Manifest ours, Path to) throws IOException {
    Manifest foreign =
        new Manifest(ours.mediaType(), ours.config(), ours.layers(), new TreeMap<>());
    store.put(FOREIGN, MediaType.OCI_MANIFEST, foreign.toJson());
    assertThat(bench().fetch(to, FOREIGN).reason()).isEqualTo(Reason.HIT);
  }

  private static SortedMap<String, String> contents(Path root) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    TreeSnapshot.of(root)
        .forEach((name, entry) -> contents.put(name, entry.kind() + " " + entry.content()));
    return contents;
  }
}
