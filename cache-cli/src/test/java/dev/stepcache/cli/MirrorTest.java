package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MediaType;
import dev.stepcache.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mirror that loses what its source has lost: {@code copy --sync --delete}. */
class MirrorTest extends CliCase {
  private final FakeRegistry registry = FakeRegistry.plain();

  @AfterEach
  void stop() {
    registry.close();
  }

  private String source() {
    return "oci://" + registry.host() + "/team/cache";
  }

  private String target(String kind) {
    return kind.equals("folder")
        ? "file://" + folder.resolve("mirror")
        : "oci://" + registry.host() + "/team/mirror";
  }

  private Ran mirror(String target, String... options) {
    List<String> all = new ArrayList<>(List.of("copy", "--sync", "--delete"));
    all.addAll(List.of(options));
    all.addAll(List.of(source(), target));
    return runInsecurely(all.toArray(String[]::new));
  }

  private List<String> tags(String repository) {
    return lines(runInsecurely("list", "--names", repository).out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "registry"})
  void showsFirstWhatTheSourceHasNotAndRemovesThatAloneWhenToldTo(String kind) throws IOException {
    String target = target(kind);
    saveTwo(source());
    save(target, "of-old", THIRD);
    saveForeign(target, "image");

    Ran shown = mirror(target);

    assertThat(shown.err()).isEmpty();
    assertThat(shown.code()).isZero();
    assertThat(shown.out())
        .containsPattern("(?m)^of-old +of-old +2 h +\\S+ [kM]?B +the source does not have it$")
        .contains("1 tag of 4 and ")
        .endsWith("nothing was removed: --apply does it\n")
        .doesNotContain("image  ");
    assertThat(tags(target)).containsExactly("first", "image", "latest", "of-old", "second");

    Ran unasked = mirror(target, "--apply");

    assertThat(unasked.code()).isEqualTo(2);
    assertThat(unasked.err()).contains("In a job, say --yes");
    assertThat(tags(target)).contains("of-old");

    Ran done = mirror(target, "--apply", "--yes");

    assertThat(done.err()).isEmpty();
    assertThat(done.code()).isZero();
    assertThat(done.out()).contains("of-old: removed\n", "removed 1 tag of 1");
    assertThat(tags(target)).containsExactly("first", "image", "latest", "second");
    for (String tag : List.of("first", "second", "latest")) {
      assertThat(runInsecurely("verify", target + ":" + tag).code()).isZero();
    }
    assertThat(mirror(target, "--apply", "--yes").out())
        .endsWith("the target has no cache that the source has not\n");
  }

  @Test
  void removesATagAndLeavesTheImageThatAnotherTagNames() throws IOException {
    saveTwo(source());
    String target = target("registry");
    assertThat(mirror(target).code()).isZero();
    tag(target, "second", "of-old");

    Ran ran = mirror(target, "--apply", "--yes");

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(tags(target)).containsExactly("first", "latest", "second");
    assertThat(runInsecurely("verify", target + ":second").code()).isZero();
  }

  @Test
  void removesOnlyWhatFitsThePatternThatIsCopied() throws IOException {
    saveTwo(source());
    String target = target("folder");
    save(target, "first-old", THIRD);
    save(target, "other", THIRD);

    assertThat(mirror(target, "--tag", "first*", "--apply", "--yes").code()).isZero();

    assertThat(tags(target)).containsExactly("first", "other");
  }

  @Test
  void removesNothingWhereACacheCouldNotBeCopied() throws IOException {
    saveTwo(source());
    String target = target("folder");
    save(target, "of-old", THIRD);
    registry.blobs.computeIfPresent(
        manifest(source(), "first").layers().getLast().digest().toString(),
        (digest, content) -> CommandsContract.flipped(content));

    Ran ran = mirror(target, "--apply", "--yes");

    assertThat(ran.code()).as(ran.out()).isEqualTo(1);
    assertThat(ran.err()).contains("first was not copied");
    assertThat(tags(target)).contains("of-old");
  }

  @Test
  void removesNothingWhereTheSourceHasNoCacheAtAll() throws IOException {
    saveForeign(source(), "image");
    String target = target("folder");
    write("one", 10);
    save(target, "of-old", THIRD);

    Ran ran = mirror(target, "--apply", "--yes");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("the source has no cache at all");
    assertThat(tags(target)).containsExactly("of-old");
  }

  @Test
  void leavesWhatTheSourceGetsWhileTheOthersAreCopied() throws IOException {
    saveTwo(source());
    String target = target("folder");
    save(target, "new", THIRD);
    byte[] manifest = registry.manifest("team/cache", "second").orElseThrow();
    AtomicInteger listings = new AtomicInteger();
    registry.always(
        "GET",
        "/team/cache/tags/list",
        (exchange, damage) -> {
          if (listings.incrementAndGet() == 2) {
            registry.addManifest("team/cache", "new", MediaType.OCI_MANIFEST.value(), manifest);
          }
          return false;
        });

    assertThat(mirror(target, "--apply", "--yes").code()).isZero();

    assertThat(listings.get()).isGreaterThanOrEqualTo(2);
    assertThat(tags(target)).contains("new");
  }

  @Test
  void tellsProgramsWhatGoesAndWhatWent() throws IOException {
    saveTwo(source());
    String target = target("folder");
    save(target, "of-old", THIRD);
    Path removed = folder.resolve("removed");

    JsonNode planned = document(mirror(target, "--output=json"));

    assertThat(planned.path("removed").asInt(-1)).isZero();
    assertThat(planned.path("remove")).hasSize(1);
    assertThat(planned.path("remove").get(0).path("tag").asText()).isEqualTo("of-old");
    assertThat(planned.path("remove").get(0).path("outcome").asText()).isEqualTo("planned");

    JsonNode done =
        document(
            mirror(target, "--output=json", "--apply", "--yes", "--results=removed=" + removed));

    assertThat(done.path("whole").asBoolean()).isTrue();
    assertThat(done.path("removed").asInt()).isEqualTo(1);
    assertThat(done.path("remove").get(0).path("outcome").asText()).isEqualTo("removed");
    assertThat(Files.readString(removed)).isEqualTo("1");
  }

  private static JsonNode document(Ran ran) throws IOException {
    assertThat(ran.out()).as(ran.err()).hasLineCount(1);
    return Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
  }
}
