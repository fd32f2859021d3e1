package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many steps at one thing: whatever order chance gives them, each tree that comes out is one that
 * went in. {@code -Draces} says how often.
 */
class RacesIT {
  private static final int RACES = Integer.getInteger("races", 20);
  private static final int UPLOADS = 8;
  private static final int FILES = 200;

  @TempDir private Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();
  private final String image = "oci://" + registry.host() + "/ci/cache:";

  @AfterEach
  void close() {
    registry.close();
  }

  private LocalPod pod(String cachePath) throws IOException {
    return new LocalPod(folder.resolve("runs-of-" + cachePath), folder.resolve(cachePath));
  }

  /** All but modes, which the default restore mode widens. */
  private SortedMap<String, TreeSnapshot.Entry> tree(String cachePath) throws IOException {
    SortedMap<String, TreeSnapshot.Entry> tree = TreeSnapshot.of(folder.resolve(cachePath));
    tree.replaceAll((name, entry) -> entry.anyMode());
    return tree;
  }

  private void fill(String cachePath, String generation) throws IOException {
    Generation.fill(folder.resolve(cachePath), generation, FILES);
  }

  private static StepRun ended(StepProcess step, String reason) {
    StepRun run = step.await();
    assertThat(run.results()).as(run.log()).containsEntry("reason", reason);
    return run;
  }

  /** Saves a generation, and returns the digest of its image. */
  private String save(String generation) throws IOException {
    fill(generation, generation);
    return ended(pod(generation).upload(image + generation), "saved").results().get("digest");
  }

  @Test
  void aFetchUnderAMovingTagRestoresOneTree() throws IOException {
    Map<String, SortedMap<String, TreeSnapshot.Entry>> trees = new HashMap<>();
    List<byte[]> manifests = new ArrayList<>();
    for (String generation : List.of("a", "b")) {
      trees.put(save(generation), tree(generation));
      manifests.add(registry.manifest("ci/cache", generation).orElseThrow());
    }
    AtomicInteger moves = new AtomicInteger();
    for (int race = 0; race < RACES; race++) {
      registry.always(
          "GET",
          "/ci/cache/",
          (exchange, damage) -> {
            registry.addManifest(
                "ci/cache",
                "moving",
                "application/vnd.oci.image.manifest.v1+json",
                manifests.get(moves.incrementAndGet() % 2));
            return false;
          });

      StepRun hit = ended(pod("restored").fetch(image + "moving"), "hit");

      assertThat(tree("restored")).isEqualTo(trees.get(hit.results().get("digest")));
      Generation.empty(folder.resolve("restored"));
    }
    System.out.println(RACES + " fetches, " + moves + " moves of the tag");
    assertThat(moves.get()).isGreaterThan(2 * RACES);
  }

  @Test
  void uploadsOfOneKeyAtOnceLeaveOneTree() throws IOException {
    List<SortedMap<String, TreeSnapshot.Entry>> trees = new ArrayList<>();
    for (int upload = 0; upload < UPLOADS; upload++) {
      fill("tree-" + upload, "g" + upload);
      trees.add(tree("tree-" + upload));
    }
    for (int race = 0; race < Math.max(2, RACES / 10); race++) {
      String target =
          race % 2 == 0 ? image + race : "file://" + folder.resolve("store") + ":" + race;
      List<StepProcess> uploads = new ArrayList<>();
      for (int upload = 0; upload < UPLOADS; upload++) {
        uploads.add(pod("tree-" + upload).upload(target));
      }
      assertThat(uploads)
          .map(StepProcess::await)
          .allSatisfy(run -> assertThat(run.results().get("reason")).isIn("saved", "exists"))
          .anySatisfy(run -> assertThat(run.results()).containsEntry("uploaded", "true"));

      ended(pod("restored").fetch(target), "hit");
      assertThat(tree("restored")).isIn(trees);
      Generation.empty(folder.resolve("restored"));
    }
  }

  @Test
  void twoFetchesIntoOneWorkspaceLeaveTheTreeOfOne() throws IOException {
    save("a");
    save("b");
    List<SortedMap<String, TreeSnapshot.Entry>> merged = new ArrayList<>();
    for (List<String> order : List.of(List.of("a", "b"), List.of("b", "a"))) {
      for (String generation : order) {
        ended(pod("merged").fetch(image + generation), "hit");
      }
      merged.add(tree("merged"));
      Generation.empty(folder.resolve("merged"));
    }
    for (int race = 0; race < Math.max(2, RACES / 5); race++) {
      StepProcess one = pod("shared-a").param("CACHE_PATH", shared()).fetch(image + "a");
      StepProcess other = pod("shared-b").param("CACHE_PATH", shared()).fetch(image + "b");
      ended(one, "hit");
      ended(other, "hit");

      assertThat(tree("shared")).isIn(merged);
      Generation.empty(folder.resolve("shared"));
    }
  }

  private String shared() {
    return folder.resolve("shared").toString();
  }

  @Test
  void aFetchBesideAnUploadOfTheSameFolderMixesNothing() throws IOException {
    save("a");
    fill("shared", "b");
    SortedMap<String, TreeSnapshot.Entry> before = tree("shared");
    ended(pod("shared").fetch(image + "a"), "hit");
    SortedMap<String, TreeSnapshot.Entry> after = tree("shared");
    for (int race = 0; race < Math.max(2, RACES / 5); race++) {
      fill("shared", "b");
      StepProcess upload =
          pod("shared-upload").param("CACHE_PATH", shared()).upload(image + "beside-" + race);
      ended(pod("shared-fetch").param("CACHE_PATH", shared()).fetch(image + "a"), "hit");
      ended(upload, "saved");

      assertThat(tree("shared")).isEqualTo(after);
      ended(pod("restored").fetch(image + "beside-" + race), "hit");
      assertThat(tree("restored")).isIn(before, after);
      Generation.empty(folder.resolve("restored"));
    }
  }
}
