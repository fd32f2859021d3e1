package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.key.CacheKey;
import dev.stepcache.oci.Json;
import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What came, went and changed between two caches. */
class DiffTest extends CliCase {
  private String store = "";

  @BeforeEach
  void aStore() {
    store = "file://" + folder.resolve("store");
  }

  private JsonNode diff(String before, String after) throws IOException {
    Ran ran = runInsecurely("diff", "--output", "json", before, after);
    assertThat(ran.code()).as(ran.err()).isZero();
    return Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
  }

  private static List<String> names(JsonNode diff) {
    List<String> names = new ArrayList<>();
    for (JsonNode file : diff.path("files")) {
      String sign = file.path("before").isNull() ? "+" : file.path("after").isNull() ? "-" : "~";
      names.add(sign + file.path("name").asText());
    }
    return names;
  }

  @Test
  void tellsEachFileThatCameWentOrChanged() throws IOException {
    write("mod/a/one", 50_000);
    write("mod/a/two", 60_000);
    write("build/x", 1000);
    Files.createSymbolicLink(folder.resolve("tree/build/link"), Path.of("x"));
    save(store, "first", FIRST);
    Files.delete(folder.resolve("tree/mod/a/two"));
    write("mod/b/new", 70_000);
    write("build/x", 1001);
    Files.delete(folder.resolve("tree/build/link"));
    Files.createSymbolicLink(folder.resolve("tree/build/link"), Path.of("elsewhere"));
    save(store, "second", SECOND);

    JsonNode forth = diff(store + ":first", store + ":second");
    assertThat(names(forth)).containsExactly("~build/link", "~build/x", "-mod/a/two", "+mod/b/new");
    assertThat(forth.path("same").asLong()).isEqualTo(1);
    assertThat(names(diff(store + ":second", store + ":first")))
        .containsExactly("~build/link", "~build/x", "+mod/a/two", "-mod/b/new");
    Ran text = run("diff", "--files", store + ":first", store + ":second");
    assertThat(text.out())
        .containsPattern("mod/a +0 +1 +0 +-60 kB")
        .containsPattern("mod/b +1 +0 +0 +\\+70 kB")
        .contains("- mod/a/two (60 kB)\n", "+ mod/b/new (70 kB)\n", "~ build/x (1.0 kB -> 1.0 kB)")
        .contains("1 came, 1 went, 2 changed, 1 as before");
  }

  @Test
  void readsNoLayerThatBothHaveAsItIs() throws IOException {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      String repository = "oci://" + registry.host() + "/team/cache";
      saveTwo(repository);
      registry.forgetSeen();

      assertThat(diff(repository + ":second", repository + ":latest").path("read").asLong())
          .isZero();
      // Of each: config and index.
      assertThat(registry.seen("GET", "/blobs/")).hasSize(4);
    }
  }

  @Test
  void takesTheSameContentInOtherLayersForTheSame() throws IOException {
    String other = "file://" + folder.resolve("other");
    for (int at = 0; at < 30; at++) {
      write("mod/" + at, 100_000 + at);
    }
    save(store, "one", FIRST);
    write("mod/5", 200_000);
    save(store, "two", SECOND);
    // Saved afresh elsewhere, it is cut into other layers.
    Files.move(folder.resolve("tree/.stepcache"), folder.resolve("gone"));
    save(other, "two", SECOND);

    assertThat(names(diff(store + ":two", other + ":two"))).isEmpty();
    assertThat(names(diff(store + ":one", other + ":two"))).containsExactly("~mod/5");
  }

  @Test
  void countsWhatHasAnotherTimeAlone() throws IOException {
    write("mod/one", 100_000);
    save(store, "one", FIRST);
    Files.setLastModifiedTime(
        folder.resolve("tree/mod/one"), FileTime.from(Instant.parse("2026-02-02T00:00:00Z")));
    save(store, "two", new CacheKey("3c".repeat(32)));

    JsonNode diff = diff(store + ":one", store + ":two");
    assertThat(diff.path("touched").asLong()).isEqualTo(1);
    assertThat(names(diff)).isEmpty();
    assertThat(diff.path("read").asLong()).isZero();
  }

  @Test
  void namesTheCacheThatIsNotThere() throws IOException {
    write("one", 10);
    save(store, "one", FIRST);

    Ran ran = run("diff", store + ":one", store + ":two");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("stepcache: nothing is there: " + store + ":two\n");
    assertThat(run("diff", store + ":one").code()).isEqualTo(2);
  }
}
