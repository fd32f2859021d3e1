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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images that are baked in a registry, and seen as whoever runs them sees them. */
class BakeTest extends BakeCase {
  private static final long CONSTANT = 315_619_200;
  private static final long FUTURE = 2_114_380_800;
  private static final String KEY = "4d".repeat(32);

  private final FakeRegistry registry = FakeRegistry.plain();

  @BeforeEach
  void saveABase() throws IOException {
    image(
        repository("base"),
        "1",
        tar().folder("usr").file("usr/tool", 0755, "old").file("etc-hosts", 0644, "h"),
        tar().file("usr/tool", 0755, "new"));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private String repository(String name) {
    return "oci://" + registry.host() + "/team/" + name;
  }

  private Ran bakeOn(String... more) {
    List<String> all =
        new ArrayList<>(List.of(repository("builder"), "--base", repository("base") + ":1"));
    all.addAll(List.of(more));
    return bake(all.toArray(String[]::new));
  }

  private void saveGo() throws IOException {
    goBuildCache();
    cached("mod", "example.com/a@v1.0.0/a.go", "package a");
    cached("mod", "cache/download/example.com/a/@v/v1.0.0.zip", "zip");
    savePaths(repository("cache-go"), KEY);
  }

  @Test
  void aCacheAtTheNamesOfItsPathsIsMostlyItsOwnLayers() throws IOException {
    cached("mod", "example.com/a@v1.0.0/a.go", "package a");
    cached("build", "out", "object");
    savePaths(repository("cache-go"), KEY);
    List<Descriptor> layers = manifest(repository("cache-go"), KEY).layers();

    Ran ran = bakeOn("--cache", repository("cache-go") + ":latest", "--tag", "one");

    assertFine(ran);
    Read baked = read(repository("builder") + ":one");
    assertThat(baked.manifest().layers()).containsAll(layers.subList(0, layers.size() - 1));
    assertThat(baked.files().get("mod/example.com/a@v1.0.0/a.go").content()).isEqualTo("package a");
    assertThat(baked.files().get("build/out").content()).isEqualTo("object");
    assertThat(baked.files().get("build/out").seconds()).isEqualTo(CONSTANT);
    assertThat(baked.files().get("usr/tool").content()).isEqualTo("new");
    assertThat(baked.files().keySet()).noneMatch(name -> name.contains(".stepcache"));
  }

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
  void aBuildCacheOfGosKindGetsTimesThatGoNeitherDeletesNorDatesAnew() throws IOException {
    saveGo();

    assertFine(bakeOn("--cache", repository("cache-go") + ":latest"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("build/ab/ab" + "0".repeat(62) + "-a").seconds())
        .isEqualTo(FUTURE);
    assertThat(baked.files().get("build/README").seconds()).isEqualTo(FUTURE);
    // Others would take the future for fresh for ever.
    assertThat(baked.files().get("mod/example.com/a@v1.0.0/a.go").seconds()).isEqualTo(CONSTANT);
  }

  @Test
  void timesAreThoseThatWereAskedFor() throws IOException {
    saveGo();
    long saved =
        Files.getLastModifiedTime(folder.resolve("paths/mod/example.com/a@v1.0.0/a.go")).toMillis()
            / 1000;

    assertFine(
        bakeOn(
            "--cache",
            repository("cache-go") + ":latest",
            "--times",
            "/mod/example.com=real",
            "--times",
            "/build=constant"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("mod/example.com/a@v1.0.0/a.go").seconds()).isEqualTo(saved);
    assertThat(baked.files().get("mod/cache/download/example.com/a/@v/v1.0.0.zip").seconds())
        .isEqualTo(CONSTANT);
    assertThat(baked.files().get("build/README").seconds()).isEqualTo(CONSTANT);
  }

  @Test
  void aCacheGoesToAnotherPathAndThereIsNothingAtItsName() throws IOException {
    saveGo();
    Files.createSymbolicLink(folder.resolve("paths/mod/link"), Path.of("example.com"));
    Files.createLink(
        folder.resolve("paths/mod/example.com/hard"),
        folder.resolve("paths/mod/example.com/a@v1.0.0/a.go"));
    savePaths(repository("cache-go"), "5e".repeat(32));

    assertFine(
        bakeOn("--cache", repository("cache-go") + ":latest=mod:/go/pkg/mod,build:/gocache"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("go/pkg/mod/example.com/a@v1.0.0/a.go").content())
        .isEqualTo("package a");
    assertThat(baked.files().get("gocache/README").seconds()).isEqualTo(FUTURE);
    assertThat(baked.files().get("go/pkg/mod/link").entry().target()).isEqualTo("example.com");
    assertThat(
            List.of(
                baked.files().get("go/pkg/mod/example.com/hard").entry().target(),
                baked.files().get("go/pkg/mod/example.com/a@v1.0.0/a.go").entry().target()))
        .containsAnyOf("go/pkg/mod/example.com/a@v1.0.0/a.go", "go/pkg/mod/example.com/hard");
    assertThat(baked.files().keySet())
        .noneMatch(name -> name.startsWith("mod") || name.startsWith("build"));
  }

  @Test
  void aPathThatIsNotWantedIsLeftOut() throws IOException {
    saveGo();

    assertFine(bakeOn("--cache", repository("cache-go") + ":latest=mod:/mod"));

    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains("mod/example.com/a@v1.0.0/a.go")
        .noneMatch(name -> name.startsWith("build"));
  }

  @Test
  void foldersMayBeWrittenByGroup0AndNoFolderOfTheBaseIsTouched() throws IOException {
    saveGo();

    assertFine(bakeOn("--cache", repository("cache-go") + ":latest=mod:/usr/mod,build:/gocache"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("usr/mod").mode()).isEqualTo("775");
    assertThat(baked.files().get("usr/mod/example.com/a@v1.0.0").mode()).isEqualTo("775");
    assertThat(baked.files().get("gocache/ab").mode()).isEqualTo("775");
    assertThat(baked.files().get("usr").mode()).isEqualTo("755");
    long layersWithUsr =
        baked.manifest().layers().stream().skip(2).filter(layer -> layer.size() > 0).count();
    assertThat(layersWithUsr).isPositive();
  }

  @Test
  void filesThatAreWrittenToInPlaceMayBeWrittenByGroup0() throws IOException {
    cached("mod", "cache/lock", "");
    cached("mod", "cache/list", "v1.0.0");
    cached("build", "state.bin", "state");
    savePaths(repository("cache-go"), KEY);
    List<Descriptor> layers = manifest(repository("cache-go"), KEY).layers();
    String cache = repository("cache-go") + ":latest";

    assertFine(bakeOn("--cache", cache));

    // A lock is an empty file: it costs no layer.
    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.manifest().layers()).contains(layers.getFirst());
    assertThat(baked.files().get("mod/cache/lock").mode()).isEqualTo("664");
    assertThat(baked.files().get("build/state.bin").mode()).isEqualTo("644");
    assertFine(bakeOn("--cache", cache, "--writable", "/build"));
    baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("build/state.bin").mode()).isEqualTo("664");
    assertThat(baked.files().get("mod/cache/list").content()).isEqualTo("v1.0.0");
  }

  @Test
  void aCacheOfOnePathGoesWhereItIsTold() throws IOException {
    write("mod/one.zip", 1000);
    write("mod/two.zip", 900);
    save(repository("cache-m2"), "first", FIRST);
    Files.delete(folder.resolve("tree/mod/two.zip"));
    write("mod/three.zip", 800);
    save(repository("cache-m2"), "second", SECOND);

    assertFine(bakeOn("--cache", repository("cache-m2") + ":second=/"));
    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains("mod/one.zip", "mod/three.zip")
        .doesNotContain("mod/two.zip");

    assertFine(bakeOn("--cache", repository("cache-m2") + ":second=/root/.m2"));
    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains("root/.m2/mod/one.zip", "root/.m2/mod/three.zip")
        .doesNotContain("root/.m2/mod/two.zip", "root", "mod/one.zip");
  }

  @Test
  void aFileOfAnotherImageIsWhatItsTopmostLayerHas() throws IOException {
    image(
        repository("tools"),
        "1",
        tar().folder("ko-app").file("ko-app/ko", 0555, "first").file("ko-app/gone", 0755, "x"),
        tar().file("ko-app/ko", 0555, "second"),
        tar().file("ko-app/.wh.gone", 0, ""));

    assertFine(bakeOn("--copy", registry.host() + "/team/tools:1:/ko-app/ko=/usr/local/bin/ko"));

    Read baked = read(repository("builder") + ":latest");
    assertThat(baked.files().get("usr/local/bin/ko").content()).isEqualTo("second");
    assertThat(baked.files().get("usr/local/bin/ko").mode()).isEqualTo("555");
    assertThat(baked.files().keySet()).doesNotContain("usr/local", "usr/local/bin");
    Ran gone = bakeOn("--copy", registry.host() + "/team/tools:1:/ko-app/gone=/opt/gone");
    assertThat(gone.code()).isEqualTo(1);
    assertThat(gone.err()).contains("is not there: that image has no /ko-app/gone");
  }

  @Test
  void aFolderComesWithAllThatIsInIt() throws IOException {
    image(
        repository("tools"),
        "1",
        tar().file("opt/go/bin/go", 0755, "go").symlink("opt/go/latest", "bin/go"),
        tar().hardLink("opt/go/hard", "opt/go/hard2").file("opt/go/hard2", 0644, "h"),
        tar().file("opt/go/lib/x", 0644, "x").file("opt/other", 0644, "o"));
    Files.createDirectories(folder.resolve("scripts/sub"));
    Files.writeString(folder.resolve("scripts/sub/a.sh"), "a");

    assertFine(
        bakeOn(
            "--copy",
            repository("tools") + ":1:/opt/go/=/usr/local/go",
            "--copy",
            "scripts/=/opt/scripts",
            "--working-dir",
            folder.toString()));

    assertThat(read(repository("builder") + ":latest").files().keySet())
        .contains(
            "usr/local/go/bin/go",
            "usr/local/go/latest",
            "usr/local/go/hard",
            "usr/local/go/lib/x",
            "opt/scripts/sub/a.sh")
        .doesNotContain("opt/other");
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
        .anyMatch(line -> line.startsWith("cache /mod changed: " + cache))
        .anyMatch(line -> line.startsWith("file /opt/t changed: "))
        .noneMatch(line -> line.startsWith("base changed"));
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
