package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What prune does, whichever store the caches lie in. */
abstract class PruneContract extends CliCase {
  /** Where caches are saved; nothing is there. */
  abstract String repository();

  private String tags() {
    return runInsecurely("list", "--all", repository()).out();
  }

  private void assertWhole(CacheKey key) {
    Ran ran = runInsecurely("verify", repository() + ":go-" + key.hex());
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
  }

  @Test
  void showsWhatWouldGoAndRemovesNothing() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("prune", "--keep-last", "1", repository());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(lines(ran.out()))
        .satisfiesExactly(
            head -> assertThat(head).matches("TAG +SCOPE +AGE +SIZE +WHY"),
            one ->
                assertThat(one)
                    .matches("go-1a.* +go-\\* +2 h +\\S+ kB +a newer one is in its scope"),
            two -> assertThat(two).startsWith("go-2b"),
            sum -> assertThat(sum).startsWith("2 tags of 4 and 2 caches of 3 go, "),
            other -> assertThat(other).isEqualTo("1 tag is no cache and stays"),
            hint -> assertThat(hint).isEqualTo("nothing was removed: --apply does it"));
    assertThat(tags()).contains(FIRST.hex(), SECOND.hex(), THIRD.hex(), "go-latest", "image");
  }

  @Test
  void removesWhatItShowedAndLeavesAllElseWhole() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("prune", "--keep-last", "1", "--apply", "--yes", repository());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("go-" + FIRST.hex() + ": removed", "go-" + SECOND.hex() + ": removed")
        .contains("removed 2 tags of 2");
    assertThat(tags())
        .contains(THIRD.hex(), "go-latest", "not a cache")
        .doesNotContain(FIRST.hex(), SECOND.hex());
    assertWhole(THIRD);
    assertThat(runInsecurely("prune", "--keep-last", "1", "--apply", "--yes", repository()).out())
        .startsWith("nothing goes: 1 cache, ");
  }

  /**
   * Tools keep the times of a release, and a cache of nothing else is of this minute all the same.
   */
  @Test
  void takesACacheOfOldFilesForAsYoungAsItsSave() throws IOException {
    write("mod/one.zip", 10_000);
    try (Stream<Path> tree = Files.walk(folder.resolve("tree"))) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
      }
    }
    save(repository(), "go-" + FIRST.hex(), FIRST);

    Ran ran = runInsecurely("prune", "--max-age", "30d", "--apply", "--yes", "--all", repository());

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("nothing goes: 1 cache, ");
    assertThat(tags()).contains(FIRST.hex());
  }

  @Test
  void keepsWhatLatestNamesThoughItIsNotTheNewest() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");
    tag(repository(), "go-" + FIRST.hex(), "go-latest");

    Ran ran = runInsecurely("prune", "--keep-last", "1", "--apply", "--yes", repository());

    assertThat(ran.code()).isZero();
    assertThat(tags()).contains(FIRST.hex(), THIRD.hex(), "go-latest").doesNotContain(SECOND.hex());
    assertWhole(FIRST);
  }

  @Test
  void removesNothingWithoutARule() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("prune", "--apply", "--yes", repository());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("by which rule?").hasLineCount(1);
    assertThat(tags()).contains(FIRST.hex());
  }

  @Test
  void removesEverythingOnlyWhereThatIsAskedForByName() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("prune", "--max-age", "0s", "--apply", "--yes", repository());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("say --all").hasLineCount(1);
    assertThat(tags()).contains(FIRST.hex(), "go-latest");

    Ran meant =
        runInsecurely("prune", "--max-age", "0s", "--all", "--apply", "--yes", repository());

    assertThat(meant.err()).isEmpty();
    assertThat(meant.code()).isZero();
    assertThat(lines(tags())).containsExactly("image  not a cache", "no caches; 1 tag is no cache");
  }

  @Test
  void asksBeforeAndTakesNoAnswerForNo() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("prune", "--keep-last", "1", "--apply", repository());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("nobody said yes", "--yes");
    assertThat(tags()).contains(FIRST.hex());
  }

  @Test
  void makesRoomByTheOldestFirst() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");

    Ran ran = runInsecurely("prune", "--max-total-size", "125k", "--apply", "--yes", repository());

    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out()).contains("over 125 kB in all");
    assertThat(tags()).contains(THIRD.hex(), "go-latest").doesNotContain(FIRST.hex());
    assertWhole(THIRD);
  }

  @Test
  void removesScopesInWhichNobodyLives() throws IOException {
    write("mod/one.zip", 50_000);
    save(repository(), "scope.main." + FIRST.hex(), FIRST);
    write("mod/two.zip", 50_000);
    save(repository(), "scope.pr-7." + SECOND.hex(), SECOND);
    Path living = folder.resolve("living");
    Files.writeString(living, "refs/heads/main\n\n");

    Ran ran =
        runInsecurely(
            "prune", "--living-scopes", living.toString(), "--apply", "--yes", repository());

    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out()).contains("nobody lives in its scope");
    assertThat(tags()).contains("scope.main.").doesNotContain("pr-7");
  }

  @Test
  void tellsProgramsWhatItDidAndWritesResults() throws IOException {
    saveThree(repository());
    saveForeign(repository(), "image");
    Path removed = folder.resolve("removed");
    Path freed = folder.resolve("freed");

    Ran ran =
        runInsecurely(
            "prune",
            "--keep-last=2",
            "--apply",
            "--yes",
            "--output=json",
            "--grace=0s",
            "--results=removed=" + removed,
            "--results=freed=" + freed,
            repository());

    assertThat(ran.err()).isEmpty();
    JsonNode root = Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
    assertThat(root.path("applied").asBoolean()).isTrue();
    assertThat(root.path("removed").asInt()).isEqualTo(1);
    assertThat(root.path("remove").get(0).path("tag").asText()).isEqualTo("go-" + FIRST.hex());
    assertThat(root.path("remove").get(0).path("outcome").asText()).isEqualTo("removed");
    assertThat(root.path("keep")).hasSize(3);
    assertThat(root.path("others").asInt()).isEqualTo(1);
    assertThat(Files.readString(removed)).isEqualTo("1");
    assertThat(Long.parseLong(Files.readString(freed))).isPositive();
  }
}
