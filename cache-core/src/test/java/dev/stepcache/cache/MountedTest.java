package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.SystemProperty;
import dev.stepcache.cache.UploadRequest.When;
import dev.stepcache.oci.Digest;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache paths in which something is mounted: no part of what is saved. Not run without root. */
@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
@ResourceLock(Resources.SYSTEM_PROPERTIES)
@Tag("root")
class MountedTest extends OddTree {
  @Parameter String files;

  private SystemProperty chosen;
  private final Deque<RealFileSystem> mounted = new ArrayDeque<>();

  @BeforeEach
  void choose() {
    chosen = SystemProperty.set("stepcache.files", files);
  }

  @AfterEach
  void unmount() throws IOException {
    chosen.close();
    for (RealFileSystem one : mounted) {
      one.close();
    }
  }

  private Path mounted(Optional<RealFileSystem> made) {
    Assumptions.assumeTrue(made.isPresent(), "not run: mounting needs root");
    mounted.push(made.orElseThrow());
    return made.orElseThrow().mount();
  }

  private Path memory(Path place) throws IOException {
    return mounted(RealFileSystem.inMemory(place, "size=4m"));
  }

  private Path elsewhere(String name) throws IOException {
    Path place = Files.createDirectories(folder.resolve("elsewhere/" + name));
    Files.writeString(place.resolve("f"), "elsewhere");
    return place;
  }

  private Set<String> fetched() throws IOException {
    Path again = Files.createTempDirectory(folder, "again");
    assertThat(bench.fetch(again, RestoreMode.PRESERVE).reason()).isEqualTo(Reason.HIT);
    return TreeSnapshot.of(again).keySet();
  }

  @Test
  void leavesOutAnotherFileSystemAndNamesIt() throws IOException {
    write("a/own", "own");
    Files.writeString(memory(tree.resolve("a/m")).resolve("f"), "f");

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(fetched()).containsExactly("a", "a/own");
    assertThat(bench.notices())
        .singleElement()
        .asString()
        .startsWith("1 mount point is left out")
        .endsWith(": a/m");
    assertThat(bench.fetch(tree, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    assertThat(tree.resolve("a/m/f")).hasContent("f");
  }

  /** As Kubernetes mounts folders and files of one volume at several places: subPath. */
  @Test
  void leavesOutFoldersAndFilesThatAreMountedFromTheSameDevice() throws IOException {
    write("own", "own");
    write("file", "below");
    Files.createDirectories(tree.resolve("b l\u00e4nk"));
    mounted(RealFileSystem.bound(tree.resolve("b l\u00e4nk"), elsewhere("one")));
    mounted(RealFileSystem.bound(tree.resolve("file"), elsewhere("two").resolve("f")));

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);

    assertThat(fetched()).containsExactly("own");
    assertThat(bench.notices())
        .singleElement()
        .asString()
        .startsWith("2 mount points are")
        .contains("b l\u00e4nk, file");
  }

  @Test
  void hasNothingToSaveWhereAllIsMounted() throws IOException {
    Files.writeString(memory(tree.resolve("m")).resolve("f"), "f");

    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.EMPTY);
  }

  @Test
  void namesThemBelowEachOfSeveralCachePathsThatAreMountedThemselves() throws IOException {
    write("own", "own");
    Path other = memory(folder.resolve("other"));
    Files.writeString(other.resolve("f"), "f");
    Files.createDirectories(other.resolve("m"));
    mounted(RealFileSystem.bound(other.resolve("m"), elsewhere("one")));
    Roots roots = new Roots(Map.of("go", tree, "npm", other));

    assertThat(bench.upload(roots, When.MISS, Optional.empty()).reason()).isEqualTo(Reason.SAVED);

    Roots back = new Roots(Map.of("go", restored, "npm", folder.resolve("back")));
    assertThat(bench.fetch(back, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(folder.resolve("back")).keySet()).containsExactly("f");
    assertThat(bench.notices()).singleElement().asString().endsWith(": npm/m");
  }

  @Test
  void seesNoMountInAFolderWhoseNameOnlyBeginsAlike() throws IOException {
    write("m-not/f", "f");
    memory(tree.resolve("m"));
    memory(folder.resolve("tree-two"));

    bench.upload(tree);

    assertThat(fetched()).containsExactly("m-not", "m-not/f");
  }

  private void missesAndHeals(String name) throws IOException {
    write(name, "saved before it was mounted");
    write("own", "own");
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    Files.createDirectories(restored.resolve("a"));
    Files.writeString(restored.resolve("own"), "as it was");
    Files.writeString(memory(restored.resolve("a/m")).resolve("f"), "mounted");
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(restored);

    FetchOutcome missed = bench.fetch(restored, RestoreMode.SHARED);

    assertThat(missed.reason()).isEqualTo(Reason.MOUNT);
    assertThat(missed.message()).contains(restored.resolve("a/m").toString());
    assertThat(TreeSnapshot.of(restored)).isEqualTo(before);

    Optional<Digest> broken = missed.broken();
    assertThat(bench.upload(restored, When.MISS, broken).reason()).isEqualTo(Reason.SAVED);
    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    assertThat(restored.resolve("a/m/f")).hasContent("mounted");
  }

  @Test
  void restoresNoFileIntoAMountPointAndTheKeyHeals() throws IOException {
    missesAndHeals("a/m/f");
  }

  @Test
  void restoresNoFileInAMountPointsPlace() throws IOException {
    missesAndHeals("a/m");
  }

  /** Else what was displaced would be removed, with what is mounted in it. */
  @Test
  void restoresNoFileInThePlaceOfAFolderAboveAMountPoint() throws IOException {
    missesAndHeals("a");
  }

  @Test
  void restoresNoFolderIntoAMountPoint() throws IOException {
    Files.createDirectories(tree.resolve("a/m/empty"));
    missesAndHeals("a/other");
  }

  @Test
  void restoresNothingOverAFileThatIsMounted() throws IOException {
    write("file", "saved");
    bench.upload(tree);
    Files.createDirectories(restored);
    Files.createFile(restored.resolve("file"));
    mounted(RealFileSystem.bound(restored.resolve("file"), elsewhere("one").resolve("f")));

    assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.MOUNT);
    assertThat(restored.resolve("file")).hasContent("elsewhere");
  }
}
