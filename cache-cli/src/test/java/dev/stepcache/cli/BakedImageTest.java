package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.archive.TarEntry;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Json;
import dev.stepcache.oci.MediaType;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.registry.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a baked image says of itself, how it comes to its store, and when it is the same. */
class BakedImageTest extends RegistryBakeCase {
  @Test
  void whatTheBaseSaysOfItselfStaysAndWhatWasAskedForIsAdded() throws IOException {
    assertFine(
        bakeOn(
            "--env",
            "GOCACHE=/build",
            "--env",
            "PATH=/opt/bin:${PATH}",
            "--label",
            "team=blue",
            "--tag",
            "nightly-{{date}}"));

    JsonNode config = read(repository("builder") + ":nightly-20261128").config();
    assertThat(config.path("config").path("Env"))
        .extracting(JsonNode::asText)
        .containsExactly("PATH=/opt/bin:/usr/bin", "LANG=C", "GOCACHE=/build");
    assertThat(config.path("config").path("WorkingDir").asText()).isEqualTo("/work");
    assertThat(config.path("config").path("Labels").path("maker").asText()).isEqualTo("somebody");
    assertThat(config.path("config").path("Labels").path("team").asText()).isEqualTo("blue");
    assertThat(config.path("created").asText()).isEqualTo("2026-11-28T00:00:00Z");
    assertThat(config.path("architecture").asText()).isEqualTo("amd64");
  }

  @Test
  void theHistoryHasALineForEachLayer() throws IOException {
    saveGo();
    Files.writeString(folder.resolve("lint.sh"), "#!/bin/sh");

    assertFine(
        bakeOn(
            "--cache",
            repository("cache-go") + ":latest",
            "--copy",
            "lint.sh=/usr/local/bin/",
            "--working-dir",
            folder.toString()));

    Read baked = read(repository("builder") + ":latest");
    JsonNode history = baked.config().path("history");
    assertThat(history).hasSameSizeAs(baked.manifest().layers());
    assertThat(history.get(2).path("created_by").asText())
        .isEqualTo("stepcache bake: copy lint.sh to /usr/local/bin/lint.sh");
    assertThat(baked.files().get("usr/local/bin/lint.sh").content()).isEqualTo("#!/bin/sh");
  }

  @Test
  void theSameInputsOnTheSameDayAreTheSameImageAndNothingIsPutAgain() throws IOException {
    saveGo();
    String[] inputs = {"--cache", repository("cache-go") + ":latest", "--tag", "a,b"};
    assertFine(bakeOn(inputs));
    Read first = read(repository("builder") + ":b");
    registry.forgetSeen();

    Ran ran = bakeOn(inputs);

    assertFine(ran);
    assertThat(ran.out()).contains("nothing changed", "there already: ");
    assertThat(read(repository("builder") + ":b").digest()).isEqualTo(first.digest());
    assertThat(registry.seen("PUT", "")).isEmpty();
    assertThat(registry.seen("POST", "")).isEmpty();
  }

  @Test
  void saysWhatIsAnotherInputThanInTheImageBefore() throws IOException {
    saveGo();
    image(repository("tools"), "1", tar().file("t", 0755, "1"));
    String cache = repository("cache-go") + ":latest";
    assertFine(
        bakeOn("--cache", cache, "--copy", repository("tools") + ":1:/t=/opt/t", "--tag", "n"));
    cached("mod", "example.com/a@v1.1.0/a.go", "package a // newer");
    savePaths(repository("cache-go"), "6f".repeat(32));
    image(repository("tools"), "1", tar().file("t", 0755, "2"));

    Ran ran =
        bakeOn("--cache", cache, "--copy", repository("tools") + ":1:/t=/opt/t", "--tag", "n");

    assertFine(ran);
    assertThat(lines(ran.out()))
        .anyMatch(line -> line.startsWith("cache /build and /mod: changed, " + cache))
        .contains("  new in it: mod/example.com/a@v1.1.0")
        .anyMatch(line -> line.startsWith("file /opt/t: changed, "))
        .noneMatch(line -> line.startsWith("base: "));
  }

  @Test
  void bakesForSeveralPlatforms() throws IOException {
    imagesOfTwo(
        repository("base"),
        "2",
        image(repository("base"), AMD64, false, tar().file("arch", 0644, "x86")),
        image(repository("base"), ARM64, false, tar().file("arch", 0644, "arm")));
    saveGo();

    Ran ran =
        bake(
            repository("builder"),
            "--base",
            repository("base") + ":2",
            "--platform",
            "linux/amd64,linux/arm64",
            "--any-platform",
            "--cache",
            repository("cache-go") + ":latest");

    assertFine(ran);
    String baked = repository("builder") + ":latest";
    assertThat(read(baked, AMD64).files().get("arch").content()).isEqualTo("x86");
    assertThat(read(baked, ARM64).files().get("arch").content()).isEqualTo("arm");
    assertThat(read(baked, ARM64).files().keySet()).contains("mod/example.com/a@v1.0.0/a.go");
    assertThat(read(baked, ARM64).config().path("architecture").asText()).isEqualTo("arm64");
  }

  @Test
  void comparesEachPlatformWithItselfInWhateverOrderTheyAreGiven() throws IOException {
    imagesOfTwo(
        repository("base"),
        "2",
        image(repository("base"), AMD64, false, tar().file("arch", 0644, "x86")),
        image(repository("base"), ARM64, false, tar().file("arch", 0644, "arm")));
    saveGo();
    tag(repository("cache-go"), KEY, "amd64");
    cached("mod", "example.com/a@v1.0.0/arm.s", "arm");
    savePaths(repository("cache-go"), "5e".repeat(32));
    tag(repository("cache-go"), "5e".repeat(32), "arm64");
    String[] arguments = {
      repository("builder"),
      "--base",
      repository("base") + ":2",
      "--platform",
      "linux/arm64,linux/amd64",
      "--any-platform",
      "--cache",
      repository("cache-go") + ":{{arch}}"
    };
    assertFine(bake(arguments));

    Ran again = bake(arguments);

    assertFine(again);
    assertThat(again.out()).contains("nothing changed").doesNotContain("changed, ");
  }

  @Test
  void anImageOfDockersTypesStaysOne() throws IOException {
    put(
        repository("base"),
        "docker",
        image(repository("base"), AMD64, true, tar().file("usr/tool", 0755, "t")));
    saveGo();

    assertFine(
        bake(
            repository("builder"),
            "--base",
            repository("base") + ":docker",
            "--cache",
            repository("cache-go") + ":latest"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.manifest().mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(baked.manifest().config().mediaType()).isEqualTo(MediaType.DOCKER_CONFIG);
    assertThat(baked.manifest().layers())
        .extracting(Descriptor::mediaType)
        .containsOnly(MediaType.DOCKER_LAYER_GZIP);
    assertThat(baked.files().keySet()).contains("mod/example.com/a@v1.0.0/a.go", "usr/tool");
    assertFine(
        bake(
            repository("builder"),
            "--base",
            repository("base") + ":docker",
            "--format",
            "oci",
            "--cache",
            repository("cache-go") + ":latest"));
    assertThat(read(repository("builder") + ":latest").manifest().mediaType())
        .isEqualTo(MediaType.OCI_MANIFEST);
  }

  @Test
  void layersThatTheRegistryHasAreMounted() throws IOException {
    cached("mod", "example.com/a@v1.0.0/a.go", "package a");
    savePaths(repository("cache-go"), KEY);
    registry.always(
        "POST",
        "/team/builder/blobs/uploads/",
        (exchange, damage) ->
            String.valueOf(exchange.getRequestURI().getQuery()).startsWith("mount=")
                && Fault.status(201, "").strike(exchange, damage));
    registry.always("HEAD", "/team/builder/blobs/", Fault.status(404));

    Ran ran = bakeOn("--cache", repository("cache-go") + ":latest", "--output", "json");

    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode image =
        Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "answer").path("images").get(0);
    assertThat(image.path("mounted").asInt()).isGreaterThanOrEqualTo(3);
    assertThat(registry.seen("GET", "/team/base/blobs/").stream().distinct())
        .as("of the base only its config is read")
        .extracting(FakeRegistry.Seen::path)
        .containsOnly("/v2/team/base/blobs/" + manifest(repository("base"), "1").config().digest());
  }

  @Test
  void nothingIsTaggedWhereNotAllOfItCouldBeSent() throws IOException {
    saveGo();
    registry.always("PUT", "/team/builder/blobs/uploads/", Fault.status(403, "no room"));

    Ran ran = bakeOn("--cache", repository("cache-go") + ":latest", "--tag", "one,two");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(registry.seen("PUT", "/team/builder/manifests/")).isEmpty();
  }

  @Test
  void aCacheThatIsNotThereIsLeftOutWhereThatIsAllowed() throws IOException {
    String cache = repository("cache-go") + ":latest";

    Ran refused = bakeOn("--cache", cache);
    Ran ran = bakeOn("--cache", cache, "--allow-missing-caches");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("there is no cache " + cache, "--allow-missing-caches");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("warning: there is no cache " + cache);
    assertThat(read(repository("builder") + ":latest").files()).containsKey("usr/tool");
  }

  @Test
  void anImageOfManyLayersStacksInAllEngines() throws IOException {
    Tar[] layers = new Tar[120];
    for (int number = 0; number < layers.length; number++) {
      layers[number] = tar().file("layer" + number, 0644, "l");
    }
    image(repository("base"), "deep", layers);
    for (int number = 0; number < 24; number++) {
      byte[] large = new byte[700_000];
      new java.util.Random(number).nextBytes(large);
      Path file = folder.resolve("paths/mod/file" + number);
      Files.createDirectories(file.getParent());
      Files.write(file, large);
    }
    savePaths(repository("cache-go"), KEY);
    assertThat(manifest(repository("cache-go"), KEY).layers().size()).isGreaterThan(8);

    assertFine(
        bake(
            repository("builder"),
            "--base",
            repository("base") + ":deep",
            "--cache",
            repository("cache-go") + ":latest"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.manifest().layers().size()).isLessThanOrEqualTo(127);
    assertThat(baked.files().keySet()).contains("mod/file0", "mod/file23", "layer119");
    assertThat(baked.files().get("mod/file0").entry().type()).isEqualTo(TarEntry.Type.FILE);
  }
}
