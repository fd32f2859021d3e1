package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What prune does with images that were baked, whichever store they lie in. */
abstract class PruneBakedContract extends PruneBakedCase {
  private static final String CACHE = "go-" + FIRST.hex();

  /** Where images and caches lie; nothing is there. */
  abstract String repository();

  private void fill() throws IOException {
    saveBases();
    bakeNight(5, repository(), "oci", AMD64.toString(), nightly(5));
    bakeNight(4, repository(), "oci", BOTH, nightly(4));
    bakeNight(3, repository(), "docker", BOTH, nightly(3));
    bakeNight(2, repository(), "docker", AMD64.toString(), nightly(2));
    bakeNight(1, repository(), "oci", BOTH, nightly(1) + ",nightly");
    write("mod/one.zip", 10_000);
    save(repository(), CACHE, FIRST);
    saveForeign(repository(), "image");
    imagesOfTwo(
        repository(),
        "foreign",
        image(repository(), AMD64, false, tar().file("arch", 0644, "x86")),
        image(repository(), ARM64, false, tar().file("arch", 0644, "arm")));
    buildOn(repository(), nightly(5), "built-on-oci");
    buildOn(repository(), nightly(2), "built-on-docker");
  }

  private Ran prune(String... more) {
    List<String> all = new ArrayList<>(List.of("prune", "--baked", repository()));
    all.addAll(List.of(more));
    return runInsecurely(all.toArray(String[]::new));
  }

  @Test
  void takesTheOldestOfWhatWasBakedAndNeitherCachesNorImagesOfOthers() throws IOException {
    fill();
    List<String> before = tags(repository());
    List<Digest> gone = new ArrayList<>(members(repository(), nightly(4)));
    gone.addAll(members(repository(), nightly(3)));
    List<Digest> stay = new ArrayList<>(members(repository(), "nightly"));
    stay.addAll(members(repository(), "foreign"));

    Ran plan = prune("--keep-last", "1");

    assertThat(plan.err()).isEmpty();
    assertThat(plan.code()).isZero();
    assertThat(lines(plan.out()))
        .satisfiesExactly(
            head -> assertThat(head).matches("TAG +SCOPE +AGE +SIZE +WHY"),
            one -> assertThat(one).matches(nightly(5) + " +\\* +[56] d +.* a newer one is in .*"),
            two -> assertThat(two).matches(nightly(4) + " +\\* +[45] d .*"),
            three -> assertThat(three).startsWith(nightly(3) + " "),
            four -> assertThat(four).startsWith(nightly(2) + " "),
            sum -> assertThat(sum).startsWith("4 tags of 6 and 4 baked images of 5 go, "),
            others -> assertThat(others).isEqualTo("5 tags are no baked images and stay"),
            hint -> assertThat(hint).isEqualTo("nothing was removed: --apply does it"));
    assertThat(tags(repository())).isEqualTo(before);

    Ran ran = prune("--keep-last", "1", "--apply", "--yes", "--grace", "0s");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("removed 4 tags of 4");
    assertThat(tags(repository()))
        .containsExactlyInAnyOrder(
            nightly(1), "nightly", CACHE, "image", "foreign", "built-on-oci", "built-on-docker");
    assertThat(present(repository(), gone)).isEmpty();
    assertThat(present(repository(), stay)).isEqualTo(stay);
    assertRuns(repository() + ":nightly", AMD64, ARM64);
    assertRuns(repository() + ":foreign", AMD64, ARM64);
    assertRuns(repository() + ":built-on-oci", AMD64);
    assertRuns(repository() + ":built-on-docker", AMD64);
    assertThat(runInsecurely("verify", repository() + ":" + CACHE).code()).isZero();
    assertThat(prune("--keep-last", "1", "--apply", "--yes").out())
        .startsWith("nothing goes: 1 baked image, ");
  }

  @Test
  void listAndPruneOfCachesCountWhatWasBakedAsNoCaches() throws IOException {
    fill();

    Ran list = runInsecurely("list", repository());
    Ran prune = runInsecurely("prune", "--keep-last", "1", "--apply", "--yes", repository());

    assertThat(list.err()).isEmpty();
    assertThat(list.code()).isZero();
    assertThat(lines(list.out()))
        .hasSize(3)
        .last()
        .asString()
        .matches("1 cache in 1 tag, .*; 10 tags are no caches .*");
    assertThat(prune.err()).isEmpty();
    assertThat(prune.code()).isZero();
    assertThat(prune.out())
        .startsWith("nothing goes: 1 cache, ")
        .contains("10 tags are no caches and stay");
    assertRuns(repository() + ":nightly", AMD64, ARM64);
  }

  /** A bake moved the tag to what is of the same day, and has an image in common with the other. */
  @Test
  void keepsWhatTheRollingTagNamesAndTheImagesThatItSharesWithWhatGoes() throws IOException {
    saveBases();
    put(base(), "amd64", image(base(), AMD64, false, tar().file("arch", 0644, "x86")));
    for (String arm : List.of("old", "new")) {
      put(base(), "arm64", image(base(), ARM64, false, tar().file("arch", 0644, arm)));
      bakeNight(1, repository(), "{{arch}}", BOTH, arm + ",nightly");
    }
    List<Digest> old = members(repository(), "old");
    List<Digest> stay = members(repository(), "nightly");
    assertThat(stay.getFirst()).isEqualTo(old.getFirst());
    assertThat(stay.getLast()).isNotEqualTo(old.getLast());

    Ran ran = prune("--keep-last", "1", "--apply", "--yes", "--grace", "0s");

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(tags(repository())).containsExactlyInAnyOrder("new", "nightly");
    assertThat(present(repository(), old)).isEqualTo(old.subList(0, 1));
    assertRuns(repository() + ":nightly", AMD64, ARM64);
  }

  @Test
  void takesTheLastOneOnlyWhereThatIsAskedForByName() throws IOException {
    saveBases();
    bakeNight(1, repository(), "oci", BOTH, "nightly");

    Ran ran = prune("--max-age", "1h", "--apply", "--yes");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("not a single baked image would stay", "--all");
    assertRuns(repository() + ":nightly", AMD64, ARM64);
  }

  @Test
  void saysThatNothingThereWasBaked() throws IOException {
    saveForeign(repository(), "image");

    assertThat(prune("--keep-last", "1").out())
        .isEqualTo(
            """
            nothing goes: no baked images
            1 tag is no baked image and stays
            nothing was removed: --apply does it
            """);
  }

  @Test
  void takesNoRuleOfScopes() throws IOException {
    Path living = Files.writeString(folder.resolve("living"), "main\n");

    Ran ran = prune("--living-scopes", living.toString());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--living-scopes is for caches");
  }
}
