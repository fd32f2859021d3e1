package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Json;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caches from one store to another: registry and folder, both ways. */
class CopyTest extends CliCase {
  private final FakeRegistry registry = FakeRegistry.plain();

  @AfterEach
  void stop() {
    registry.close();
  }

  private String registry() {
    return "oci://" + registry.host() + "/team/cache";
  }

  private String folder(String name) {
    return "file://" + folder.resolve(name);
  }

  private void assertWhole(String reference) {
    Ran ran = runInsecurely("verify", reference);
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
  }

  private static void assertFine(Ran ran) {
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
  }

  @Test
  void warmsAFolderFromARegistryAndBackAgain() throws IOException {
    saveTwo(registry());
    saveForeign(registry(), "image");

    Ran ran = runInsecurely("copy", "--sync", registry(), folder("store"));

    assertFine(ran);
    assertThat(lines(ran.out()))
        .satisfiesExactly(
            first -> assertThat(first).matches("first: copied, 3 blobs sent .*, 0 there"),
            second -> assertThat(second).matches("second: copied, 3 blobs sent .*, 1 there"),
            latest -> assertThat(latest).matches("latest: copied, 0 blobs sent .*, 4 there"),
            sum -> assertThat(sum).startsWith("copied 3 of 3 tags, sent "),
            left -> assertThat(left).isEqualTo("1 tag is no cache, and was left out"));
    for (String tag : List.of("first", "second", "latest")) {
      assertWhole(folder("store") + ":" + tag);
    }
    String other = "oci://" + registry.host() + "/team/other";
    assertFine(runInsecurely("copy", folder("store") + ":second", other + ":renamed"));
    assertWhole(other + ":renamed");
    assertThat(manifest(other, "renamed")).isEqualTo(manifest(registry(), "second"));
  }

  @Test
  void sendsNothingOnceMoreWhereTheTargetIsInStep() throws IOException {
    saveTwo(registry());
    assertFine(runInsecurely("copy", "--sync", registry(), folder("store")));
    registry.forgetSeen();

    Ran ran = runInsecurely("copy", "--sync", registry(), folder("store"));

    assertFine(ran);
    assertThat(ran.out()).endsWith("copied 0 of 3 tags, 3 there already, sent 0 bytes\n");
    assertThat(registry.seen("GET", "/blobs/")).isEmpty();
  }

  @Test
  void saysHowMuchTheTargetHasThatTheSourceHasNot() throws IOException {
    saveTwo(registry());
    save(folder("store"), "of-old", FIRST);

    Ran ran = runInsecurely("copy", "--sync", registry(), folder("store"));

    assertThat(ran.out()).contains("the target has 1 tag that the source has not");
    assertThat(runInsecurely("list", folder("store")).out()).contains("of-old");
  }

  @Test
  void promotesACacheByItsManifestAlone() throws IOException {
    saveTwo(registry());
    registry.forgetSeen();

    assertFine(runInsecurely("copy", registry() + ":second", registry() + ":main-2b2b"));

    assertThat(registry.seen("PUT", ""))
        .extracting(FakeRegistry.Seen::path)
        .containsExactly("/v2/team/cache/manifests/main-2b2b");
    assertThat(registry.seen("GET", "/blobs/")).isEmpty();
    assertWhole(registry() + ":main-2b2b");
  }

  @Test
  void mountsWhatAnotherRepositoryOfTheRegistryHas() throws IOException {
    saveTwo(registry());
    Fault mounts =
        (exchange, damage) -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          return query.startsWith("mount=") && Fault.status(201, "").strike(exchange, damage);
        };
    registry.always("POST", "/team/other/blobs/uploads/", mounts);
    // What it has, it has for all repositories: only what is asked of this one is not there.
    registry.always("HEAD", "/team/other/blobs/", Fault.status(404));

    Ran ran =
        runInsecurely("copy", registry() + ":first", "oci://" + registry.host() + "/team/other");

    assertFine(ran);
    assertThat(ran.out()).contains("first: copied, 0 blobs sent (0 bytes), 3 mounted, 0 there");
  }

  @Test
  void takesTagsByNameAndByPattern() throws IOException {
    saveTwo(registry());

    assertFine(runInsecurely("copy", "--tag", "f*,lat?st", registry(), folder("store")));

    assertThat(runInsecurely("list", folder("store")).out())
        .contains("first ", "latest ")
        .doesNotContain("second ");
    Ran none = runInsecurely("copy", "--tag", "no-*", registry(), folder("store"));
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("no tag of", "fits 'no-*'").hasLineCount(1);
  }

  @Test
  void copiesWhatIsWholeAndNamesWhatIsBroken() throws IOException {
    saveTwo(registry());
    Descriptor own = manifest(registry(), "first").layers().getLast();
    registry.blobs.get(own.digest().toString())[5] ^= 1;

    Ran ran = runInsecurely("copy", "--sync", registry(), folder("store"));

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("first was not copied: ", own.digest().toString())
        .hasLineCount(1);
    assertThat(ran.out()).contains("copied 2 of 3 tags, 1 failed");
    assertThat(runInsecurely("list", folder("store")).out()).doesNotContain("first ");
    assertWhole(folder("store") + ":second");
  }

  @Test
  void endsWhereTheTargetIsFullAndGoesOnWhenItIsNot() throws IOException {
    saveTwo(folder("store"));
    registry.fault(
        "PUT", "/blobs/uploads/", Fault.none(), Fault.none(), Fault.status(413, "storage is full"));

    Ran ran = runInsecurely("copy", "--sync", folder("store"), registry());

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).contains("storage is full").hasLineCount(1);
    assertThat(ran.out()).contains("before the end: the next run goes on");
    for (String tag : List.of("first", "second", "latest")) {
      assertThat(registry.manifest("team/cache", tag)).as(tag).isEmpty();
    }
    registry.mend();

    assertFine(runInsecurely("copy", "--sync", folder("store"), registry()));
    assertWhole(registry() + ":second");
    assertWhole(registry() + ":first");
  }

  @Test
  void leavesNoTagWithoutItsBlobsWhereverTheConnectionEnds() throws IOException {
    saveTwo(folder("store"));
    int most = 0;
    for (int good = 0; ; good++) {
      Fault[] faults = new Fault[good + 1];
      Arrays.fill(faults, Fault.none());
      faults[good] = Fault.status(400, "the end");
      registry.fault("POST", "", faults.clone());
      registry.fault("PUT", "", faults.clone());
      Ran ran = runInsecurely("copy", "--sync", folder("store"), registry());
      registry.mend();
      for (String tag : List.of("first", "second", "latest")) {
        if (registry.manifest("team/cache", tag).isPresent()) {
          assertWhole(registry() + ":" + tag);
        }
      }
      if (ran.code() == 0) {
        break;
      }
      assertThat(ran.out()).contains("the next run goes on");
      most = good;
    }
    assertThat(most).isPositive();
    for (String tag : List.of("first", "second", "latest")) {
      assertWhole(registry() + ":" + tag);
    }
  }

  @Test
  void replacesNothingThatNoCacheToolMade() throws IOException {
    saveTwo(registry());
    saveForeign(folder("store"), "second");
    String before = Files.readString(folder.resolve("store/index.json"));

    Ran ran = runInsecurely("copy", registry() + ":second", folder("store"));

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("is not a cache, and is left alone").hasLineCount(1);
    assertThat(folder.resolve("store/index.json")).hasContent(before);
    assertThat(runInsecurely("copy", folder("store") + ":second", registry() + ":x").err())
        .contains("is not a cache: no cache-upload made it");
  }

  @ParameterizedTest
  @CsvSource({
    "file:///a file:///b, which caches?",
    "file:///a:t --sync file:///b, SOURCE names one cache",
    "--sync file:///a file:///b:t, TARGET names one cache",
    "--sync file:///a file:///a, are the same",
    "file:///a:t file:///a, are the same",
    "file:///a:t file:///a:t, are the same",
    "--tag a/b file:///a file:///b, fits no tag",
    "file:///a:t, TARGET",
    "--delete file:///a:t file:///b, --delete is for --sync",
    "--sync --apply file:///a file:///b, --apply is for --delete",
    "file:///a@sha256:1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a file:///b, by which tag?",
    "--results=freed=/x --sync file:///a file:///b, is no result of this command"
  })
  void wrongUsageIsToldBeforeAnythingIsAsked(String arguments, String said) {
    Ran ran = run(("copy " + arguments).split(" "));

    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(said).hasLineCount(1);
  }

  @Test
  void tellsProgramsWhatItDidAndWritesResults() throws IOException {
    saveTwo(folder("one"));
    Path copied = folder.resolve("copied");

    Ran ran =
        run(
            "copy",
            "--output=json",
            "--results=copied=" + copied,
            "--sync",
            folder("one"),
            folder("two"));

    assertFine(ran);
    JsonNode root = Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
    assertThat(root.path("whole").asBoolean()).isTrue();
    assertThat(root.path("copied").asInt()).isEqualTo(3);
    assertThat(root.path("tags")).hasSize(3);
    assertThat(root.path("tags").get(0).path("outcome").asText()).isEqualTo("copied");
    assertThat(Files.readString(copied)).isEqualTo("3");
  }
}
