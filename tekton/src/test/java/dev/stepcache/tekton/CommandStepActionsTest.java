package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.archive.Compression;
import dev.stepcache.archive.TarHeader;
import dev.stepcache.cache.Caches;
import dev.stepcache.cache.UploadRequest;
import dev.stepcache.key.CacheKey;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.MediaType;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.StoreReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The StepActions that run a command of stepcache: thin, and what the command understands. */
class CommandStepActionsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"prune", "copy", "bake"})
  void runTheCommandOfTheirNameInItsImage(String command) throws IOException {
    Yaml document = Yaml.read("cache-" + command + ".yaml");

    assertThat(document.at("apiVersion").text()).isEqualTo("tekton.dev/v1beta1");
    assertThat(document.at("kind").text()).isEqualTo("StepAction");
    assertThat(document.at("metadata", "name").text()).isEqualTo("cache-" + command);
    assertThat(document.at("spec").keys())
        .containsExactlyInAnyOrder("description", "params", "results", "image", "command", "args");
    assertThat(document.at("spec", "command").texts())
        .containsExactly("/opt/java/bin/java", "@/opt/app/stepcache.args");
    assertThat(document.at("spec", "args").texts().getFirst()).isEqualTo(command);
    assertThat(document.at("spec", "image").text())
        .isEqualTo(
            "stepcache/stepcache:"
                + document.at("metadata", "labels", "app.kubernetes.io/version").text());
    assertThat(document.at("metadata", "annotations").keys())
        .contains("tekton.dev/pipelines.minVersion", "tekton.dev/platforms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prune", "copy", "bake"})
  void writeEachResultThatTheyDeclare(String command) throws IOException {
    StepAction action = StepAction.read("cache-" + command);

    assertThat(action.args())
        .containsAll(
            action.spec().at("results").list().stream()
                .map(result -> result.at("name").text())
                .map(name -> "--results=" + name + "=$(step.results." + name + ".path)")
                .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "prune, REFERENCE ARGS",
    "copy, SOURCE TARGET ARGS",
    "bake, BASE TARGET TAGS CACHES COPY ARGS"
  })
  void haveTheParamsThatTheReferenceSays(String command, String params) throws IOException {
    assertThat(StepAction.read("cache-" + command).params())
        .extracting(param -> param.at("name").text())
        .containsExactly(params.split(" "));
    assertThat(Files.readAllLines(Path.of("../docs/reference.md")))
        .anyMatch(line -> line.startsWith("| `cache-" + command + "` |"));
  }

  /** The process of a step, with its results in the folder. */
  private String run(StepAction.Call call) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.stepcache.cli.Stepcache"));
    for (String arg : call.args()) {
      command.add(arg.replaceAll("\\$\\(step\\.results\\.(\\w+)\\.path\\)", folder + "/result-$1"));
    }
    Path log = folder.resolve("log");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }

  private void save(String tag, String content) throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve("file"), content);
    StoreReference target = StoreReference.parse("file://" + folder.resolve("store:" + tag));
    try (LayoutStore store = new LayoutStore(folder.resolve("store"))) {
      assertThat(
              Caches.in(tree)
                  .upload(
                      new UploadRequest(
                          store,
                          target,
                          new Tag(tag),
                          Optional.empty(),
                          Optional.of(new CacheKey(tag)),
                          Optional.empty(),
                          UploadRequest.When.MISS,
                          Compression.USUAL,
                          Optional.empty(),
                          Optional.empty(),
                          reference -> {
                            throw new IOException("no other repository is open");
                          }))
                  .reason())
          .isEqualTo(Reason.SAVED);
    }
  }

  private String result(String name) throws IOException {
    return Files.readString(folder.resolve("result-" + name));
  }

  @Test
  void keepAMirrorInStepAndSmallAsTheSamplesSay() throws Exception {
    save("1a".repeat(32), "one");
    save("2b".repeat(32), "two");
    Sample sample = Sample.read("copy");
    StepAction.Call copy = sample.call("cache-copy", this::replaced);
    StepAction.Call prune = sample.call("cache-prune", this::replaced);

    String copied = run(copy);

    assertThat(copied).contains("copied 2 of 2 tags");
    assertThat(result("copied")).isEqualTo("2");
    assertThat(Long.parseLong(result("bytes"))).isPositive();
    assertThat(run(prune)).startsWith("nothing goes: 2 caches");
    assertThat(result("removed")).isEqualTo("0");
    assertThat(result("freed")).isEqualTo("0");
  }

  private String replaced(String text) {
    return text.replaceFirst("oci://.*", "file://" + folder.resolve("store"))
        .replace("$(workspaces.caches.path)", folder.resolve("volume").toString());
  }

  @Test
  void removeWhatTheSampleSays() throws Exception {
    for (int number = 1; number <= 7; number++) {
      save((number + "a").repeat(32), "number " + number);
    }
    Map<String, Yaml> given = Sample.read("prune").given("cache-prune");

    StepAction.Call call = Sample.read("prune").call("cache-prune", this::replaced);

    assertThat(given.get("ARGS").texts())
        .containsExactly("--max-age", "30d", "--keep-last", "5", "--apply");
    // None of them is 30 days old.
    assertThat(run(call)).startsWith("nothing goes: 7 caches");
    List<String> args = new ArrayList<>(call.args());
    args.set(args.indexOf("30d"), "0s");
    assertThat(run(new StepAction.Call(Map.of(), args))).contains("removed 2 tags of 2");
    assertThat(result("removed")).isEqualTo("2");
  }

  /** An image of one file, such as a tool's. */
  private void image(String tag, String file) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(TarHeader.file(file, true, 2).bytes());
    tar.writeBytes("hi".getBytes(StandardCharsets.UTF_8));
    tar.writeBytes(new byte[TarHeader.BLOCK - 2 + 2 * TarHeader.BLOCK]);
    byte[] layer = tar.toByteArray();
    byte[] config =
        new ImageConfig(new Platform("linux", "amd64"), Instant.EPOCH, List.of(Digest.of(layer)))
            .toJson();
    Descriptor layerBlob = Descriptor.of(MediaType.OCI_LAYER, layer);
    Descriptor configBlob = Descriptor.of(MediaType.OCI_CONFIG, config);
    try (LayoutStore store = new LayoutStore(folder.resolve("images"))) {
      store.upload(layerBlob, () -> new ByteArrayInputStream(layer));
      store.upload(configBlob, () -> new ByteArrayInputStream(config));
      store.put(
          new Tag(tag),
          MediaType.OCI_MANIFEST,
          new Manifest(MediaType.OCI_MANIFEST, configBlob, List.of(layerBlob), new TreeMap<>())
              .toJson());
    }
  }

  @Test
  void bakeANightlyImageAsTheSampleSays() throws Exception {
    image("golang", "usr/bin/go");
    for (String tool : List.of("golangci-lint", "kubectl", "yq")) {
      image(tool, "usr/bin/" + tool);
    }
    image("ko", "ko-app/ko");
    // Where an image's own tag stood, its name does.
    StepAction.Call bake =
        Sample.read("nightly")
            .call(
                "cache-bake",
                text ->
                    text.replace("$(steps.cache-fetch.results.key)", "none")
                        .replaceFirst(
                            "^image-registry[^/]*/[^/]*/([a-z-]+):[^:=]*",
                            "file://" + folder.resolve("images") + ":$1")
                        .replaceFirst("oci://.*/builder", "file://" + folder.resolve("baked"))
                        .replaceFirst(
                            "oci://.*/cache-nightly", "file://" + folder.resolve("none")));

    assertThat(run(bake))
        .contains("warning: there is no cache", "put file://" + folder.resolve("baked:nightly"));
    assertThat(result("changed")).isEqualTo("true");
    assertThat(result("ref")).matches(".*/baked:nightly-[0-9]{8}");
    assertThat(run(bake)).contains("nothing changed");
    assertThat(result("changed")).isEqualTo("false");
    try (LayoutStore store = new LayoutStore(folder.resolve("baked"))) {
      assertThat(store.manifest(new Tag("nightly")).orElseThrow().digest())
          .hasToString(result("digest"));
    }
  }

  /** The only container of a CronJob's pods. */
  private static Yaml container(String sample) throws IOException {
    Yaml pod =
        Yaml.read("samples/" + sample + "-cronjob.yaml")
            .at("spec", "jobTemplate", "spec", "template", "spec");
    assertThat(pod.at("restartPolicy").text()).isEqualTo("Never");
    assertThat(pod.at("containers").list()).hasSize(1);
    return pod.at("containers").list().getFirst();
  }

  private StepAction.Call nightly(String sample) throws IOException {
    return new StepAction.Call(
        Map.of(),
        container(sample).at("args").texts().stream()
            .map(arg ->
                arg.replaceFirst(
                        "oci://.*/\\$\\(NAMESPACE\\)/.*", "file://" + folder.resolve("store"))
                    .replace("/caches/go", folder.resolve("volume").toString()))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"prune", "copy"})
  void runEachNightByTheSameProgramAsTheStep(String command) throws IOException {
    Yaml container = container(command);
    Yaml step = StepAction.read("cache-" + command).spec();

    assertThat(Yaml.read("samples/" + command + "-cronjob.yaml").at("kind").text())
        .isEqualTo("CronJob");
    assertThat(container.at("image").text()).isEqualTo(step.at("image").text());
    assertThat(container.at("command").texts()).isEqualTo(step.at("command").texts());
  }

  @Test
  void keepAMirrorInStepEachNightAsTheSampleSays() throws Exception {
    String old = "1a".repeat(32);
    save(old, "one");
    save("2b".repeat(32), "two");
    assertThat(run(nightly("copy"))).contains("copied 2 of 2 tags");
    try (LayoutStore store = new LayoutStore(folder.resolve("store"))) {
      var _ = store.deleteTag(new Tag(old), store.manifest(new Tag(old)).orElseThrow().digest());
    }

    assertThat(run(nightly("copy"))).contains(old + ": removed", "removed 1 tag of 1");
  }

  @Test
  void pruneEachNightAsTheSampleSays() throws Exception {
    for (int number = 1; number <= 7; number++) {
      save((number + "a").repeat(32), "number " + number);
    }
    List<String> args = new ArrayList<>(nightly("prune").args());

    // None of them is 30 days old.
    assertThat(run(nightly("prune"))).startsWith("nothing goes: 7 caches");
    args.set(args.indexOf("--max-age=30d"), "--max-age=0s");
    assertThat(run(new StepAction.Call(Map.of(), args))).contains("removed 2 tags of 2");
  }
}
