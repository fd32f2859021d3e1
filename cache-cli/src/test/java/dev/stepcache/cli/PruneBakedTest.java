package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageIndex;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Taking baked images away from a registry that does not do all, or goes wrong. */
class PruneBakedTest extends PruneBakedCase {
  private final FakeRegistry registry = FakeRegistry.plain();

  @AfterEach
  void stop() {
    registry.close();
  }

  private String repository(String name) {
    return "oci://" + registry.host() + "/team/" + name;
  }

  private void bakeThree(String repository) {
    bakeNight(3, repository, "oci", BOTH, nightly(3));
    bakeNight(2, repository, "docker", BOTH, nightly(2));
    bakeNight(1, repository, "oci", BOTH, nightly(1) + ",nightly");
  }

  private Ran prune(String repository) {
    return runInsecurely("prune", "--baked", "--keep-last", "1", "--apply", "--yes", repository);
  }

  @Test
  void deletesTheImagesOfAnIndexWhenAllIndexesAreGone() throws IOException {
    String repository = repository("builder");
    saveBases();
    bakeThree(repository);
    List<String> members = new ArrayList<>();
    for (int night : List.of(3, 2)) {
      members(repository, nightly(night)).forEach(member -> members.add(member.toString()));
    }

    assertFine(prune(repository));

    List<String> deleted =
        registry.seen("DELETE", "").stream()
            .map(seen -> seen.path().replaceAll(".*/", ""))
            .toList();
    assertThat(deleted).hasSize(6).allMatch(path -> path.startsWith("sha256:"));
    assertThat(deleted.subList(2, 6)).containsExactlyInAnyOrderElementsOf(members);
    assertRuns(repository + ":nightly", AMD64, ARM64);
  }

  @Test
  void saysNothingOfTheImagesOfAnIndexWhereARegistryDeletesTagsAlone() throws IOException {
    String repository = repository("builder");
    saveBases();
    bakeThree(repository);
    registry.always("DELETE", "sha256:", Fault.status(405));

    Ran ran = prune(repository);

    assertFine(ran);
    assertThat(ran.out()).contains("removed 2 tags of 2");
    assertThat(tags(repository)).containsExactlyInAnyOrder(nightly(1), "nightly");
    assertRuns(repository + ":nightly", AMD64, ARM64);
  }

  @Test
  void leavesNoTagWithoutItsImagesWhicheverDeletionIsTheLast() throws IOException {
    saveBases();
    int cutShort = 0;
    for (int good = 0; ; good++) {
      String repository = repository("builder-" + good);
      bakeThree(repository);
      AtomicInteger left = new AtomicInteger(good);
      registry.always(
          "DELETE",
          "",
          (exchange, damage) ->
              left.getAndDecrement() <= 0 && Fault.status(403).strike(exchange, damage));

      Ran ran = prune(repository);

      registry.mend();
      for (String tag : tags(repository)) {
        assertRuns(repository + ":" + tag, AMD64, ARM64);
      }
      assertFine(prune(repository));
      assertThat(tags(repository)).containsExactlyInAnyOrder(nightly(1), "nightly");
      assertRuns(repository + ":nightly", AMD64, ARM64);
      if (ran.code() == 0) {
        break;
      }
      cutShort++;
    }
    assertThat(cutShort).isEqualTo(2);
  }

  @Test
  void leavesAnImageThatAnIndexOfAnotherToolNamesToo() throws IOException {
    String repository = repository("builder");
    saveBases();
    bakeThree(repository);
    List<Digest> members = members(repository, nightly(3));
    LinkedHashMap<Platform, Descriptor> named = new LinkedHashMap<>();
    byte[] member = registry.manifest("team/builder", members.getFirst().toString()).orElseThrow();
    named.put(AMD64, Descriptor.of(MediaType.OCI_MANIFEST, member));
    byte[] index = ImageIndex.toJson(MediaType.OCI_INDEX, named, new TreeMap<>());
    put(repository, "by-hand", new StoredManifest(Digest.of(index), MediaType.OCI_INDEX, index));

    assertFine(prune(repository));

    assertThat(tags(repository)).containsExactlyInAnyOrder(nightly(1), "nightly", "by-hand");
    assertThat(present(repository, members)).isEqualTo(members.subList(0, 1));
    assertRuns(repository + ":by-hand", AMD64);
  }

  @Test
  void leavesABakedImageOfWhichNobodyKnowsHowOldItIs() throws IOException {
    String repository = repository("builder");
    saveBases();
    bakeThree(repository);
    Digest config = read(repository + ":" + nightly(3)).manifest().config().digest();
    registry.loses(config.toString(), Fault.status(404));

    Ran ran = prune(repository);

    assertFine(ran);
    assertThat(ran.out())
        .contains(nightly(3) + " stays: nobody knows how old it is, it is broken")
        .contains("removed 1 tag of 1");
    assertThat(tags(repository)).containsExactlyInAnyOrder(nightly(3), nightly(1), "nightly");
  }
}
