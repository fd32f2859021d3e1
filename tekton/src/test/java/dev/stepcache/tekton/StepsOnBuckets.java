package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.upload.CacheUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both steps as processes, with their cache in a bucket of a server. */
abstract class StepsOnBuckets {
  @TempDir Path folder;
  Path sources;

  /** The environment that leads to the server, with params. */
  abstract Map<String, String> environment();

  /** A bucket on it, as references begin: {@code gs://bucket}. */
  abstract String bucket();

  /** Classes of other services, by the beginnings of their names. */
  abstract List<String> ofOthers();

  /** What must not be in a log. */
  abstract String secret();

  @BeforeEach
  void makeSources() throws IOException {
    sources = Files.createDirectory(folder.resolve("sources"));
    Files.writeString(sources.resolve("go.sum"), "x");
  }

  record Run(Process process, Path log) {
    String said(int exitCode) throws IOException {
      try {
        assertThat(process.waitFor()).as(Files.readString(log)).isEqualTo(exitCode);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      return Files.readString(log);
    }
  }

  Run start(Class<?> main, String name, Path cache, Map<String, String> params) throws IOException {
    Map<String, String> all = new TreeMap<>();
    all.put("HOME", folder.toString());
    all.put("PARAM_WORKING_DIR", sources.toString());
    all.put("PARAM_CACHE_PATH", cache.toString());
    all.putAll(environment());
    all.putAll(params);
    return start(main, name, List.of("--@PATTERNS", "go.sum"), all);
  }

  /** A step with no other environment than this. */
  Run start(Class<?> main, String name, List<String> args, Map<String, String> environment)
      throws IOException {
    Path log = folder.resolve(name + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + folder.resolve(name + ".classes"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(args);
    ProcessBuilder java = new ProcessBuilder(command);
    java.redirectErrorStream(true).redirectOutput(log.toFile());
    java.environment().clear();
    java.environment().put("LC_ALL", "C.UTF-8");
    java.environment().putAll(environment);
    return new Run(java.start(), log);
  }

  /** What the process of a step is given that refers to a StepAction. */
  interface Calls {
    StepAction.Call of(String action) throws IOException;
  }

  /**
   * Runs a pipeline's steps as Tekton starts them: the cache is missed, saved, and hit.
   *
   * @param environment what the pod has besides
   * @return what the three steps said
   */
  String missSaveAndHit(String name, Calls calls, Path cache, Map<String, String> environment)
      throws IOException {
    String missed = run(name, calls.of("cache-fetch"), CacheFetch.class, environment);
    assertThat(missed).contains("nothing is stored");
    byte[] content = fill(cache);
    String saved = run(name, calls.of("cache-upload"), CacheUpload.class, environment);
    assertThat(saved).contains("saved: ");
    Files.delete(cache.resolve("mod/a"));
    String hit = run(name, calls.of("cache-fetch"), CacheFetch.class, environment);
    assertThat(hit).contains("hit: ");
    assertThat(cache.resolve("mod/a")).hasBinaryContent(content);
    return missed + saved + hit;
  }

  private String run(
      String name, StepAction.Call call, Class<?> main, Map<String, String> environment)
      throws IOException {
    Map<String, String> all = new TreeMap<>(call.environment());
    all.putAll(environment);
    return start(main, name + "-" + main.getSimpleName(), call.args(), all).said(0);
  }

  /**
   * The same with a sample.
   *
   * @param atServer leads what the sample names to a server on this machine
   */
  String missSaveAndHit(
      String sample, UnaryOperator<String> atServer, Map<String, String> environment)
      throws IOException {
    return missSaveAndHit(
        sample,
        action ->
            Sample.read(sample)
                .call(
                    action,
                    text ->
                        Sample.replaced(
                            atServer.apply(text.replace("$(steps.cache-fetch.results.key)", "")),
                            sources,
                            false)),
        sources.resolve("go-build-cache"),
        environment);
  }

  /**
   * The same with a pipeline that was written for tekton-caches, as its examples are: the checkout
   * and the cache lie side by side in a workspace.
   *
   * @param spelling of params: theirs of today, or the older one
   * @param bucket where {@code cache-go:{{hash}}} lies
   * @param more params, in the spelling of today
   */
  String missSaveAndHitAsWrittenForTektonCaches(
      Spelling spelling, String bucket, Map<String, String> more, Map<String, String> environment)
      throws IOException {
    Path workspace = sources.resolve("workspace");
    Path checkout = Files.createDirectories(workspace.resolve("repo"));
    Files.writeString(checkout.resolve("go.mod"), "module x");
    Path cache = workspace.resolve("cache");
    return missSaveAndHit(
        spelling.name(),
        action -> {
          Map<String, Object> given = new TreeMap<>(more);
          given.put("PATTERNS", List.of("**go.mod", "**go.sum"));
          given.put("CACHE_PATH", cache.toString());
          given.put("WORKING_DIR", checkout.toString());
          boolean isFetch = action.equals("cache-fetch");
          given.put(isFetch ? "SOURCE" : "TARGET", bucket + "/cache-go:{{hash}}");
          if (!isFetch) {
            given.put("FORCE_CACHE_UPLOAD", "false");
          }
          Map<String, Yaml> spelt = new TreeMap<>();
          given.forEach((param, value) -> spelt.put(spelling.of(param), new Yaml(value)));
          StepAction stepAction = StepAction.read(action);
          assertThat(stepAction.params())
              .extracting(param -> param.at("name").text())
              .containsAll(spelt.keySet());
          return stepAction.called(spelt);
        },
        cache,
        environment);
  }

  enum Spelling {
    TODAY,
    OLDER;

    private static final Map<String, String> OLD =
        Map.ofEntries(
            Map.entry("PATTERNS", "patterns"),
            Map.entry("SOURCE", "source"),
            Map.entry("TARGET", "target"),
            Map.entry("CACHE_PATH", "cachePath"),
            Map.entry("WORKING_DIR", "workingdir"),
            Map.entry("INSECURE", "insecure"),
            Map.entry("FORCE_CACHE_UPLOAD", "force-cache-upload"),
            Map.entry("GOOGLE_APPLICATION_CREDENTIALS", "googleCredentialsPath"),
            Map.entry("AWS_CONFIG_FILE", "awsConfigFile"),
            Map.entry("AWS_SHARED_CREDENTIALS_FILE", "awsCredentialFile"),
            Map.entry("BLOB_QUERY_PARAMS", "blobQueryParams"));

    private String of(String param) {
      return this == TODAY ? param : OLD.get(param);
    }
  }

  private Run fetch(String name, Path cache) throws IOException {
    return start(
        CacheFetch.class, name, cache, Map.of("PARAM_SOURCE", bucket() + "/{{hash}}/go.tar.gz"));
  }

  private Run upload(String name, Path cache) throws IOException {
    return start(
        CacheUpload.class, name, cache, Map.of("PARAM_TARGET", bucket() + "/{{hash}}/go.tar.gz"));
  }

  static byte[] fill(Path cache) throws IOException {
    byte[] content = new byte[300_000];
    new Random(5).nextBytes(content);
    Files.createDirectories(cache.resolve("mod"));
    Files.write(cache.resolve("mod/a"), content);
    return content;
  }

  @Test
  void aMissIsSavedAndHitByTheNextPod() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");

    assertThat(fetch("miss", first).said(0)).contains("nothing is stored");
    byte[] content = fill(first);
    String saved = upload("save", first).said(0);
    String hit = fetch("hit", second).said(0);

    assertThat(saved).contains(bucket() + ":").doesNotContain(secret());
    assertThat(hit).contains("restored").doesNotContain(secret());
    assertThat(second.resolve("mod/a")).hasBinaryContent(content);
    String loaded = Files.readString(folder.resolve("hit.classes"));
    assertThat(ofOthers()).noneMatch(loaded::contains);
  }

  @Test
  void eightPodsThatSaveOneKeyAtOnceLeaveOneWholeImage() throws IOException {
    List<Run> uploads = new ArrayList<>();
    byte[] content = new byte[0];
    for (int number = 0; number < 8; number++) {
      Path cache = folder.resolve("cache-" + number);
      content = fill(cache);
      Files.writeString(cache.resolve("mod/own"), "pod " + number);
      uploads.add(upload("upload-" + number, cache));
    }
    for (Run upload : uploads) {
      assertThat(upload.said(0)).doesNotContain("FAILED");
    }
    Path other = folder.resolve("other");

    assertThat(fetch("hit", other).said(0)).contains("restored");
    assertThat(other.resolve("mod/a")).hasBinaryContent(content);
    assertThat(other.resolve("mod/own")).content().startsWith("pod ");
  }

  @Test
  void aParamThatIsNotKnownIsTheUsersMistake() throws IOException {
    assertThat(
            start(
                    CacheFetch.class,
                    "mistake",
                    folder.resolve("cache"),
                    Map.of(
                        "PARAM_SOURCE",
                        bucket() + "/go:{{hash}}",
                        "PARAM_BLOB_QUERY_PARAMS",
                        "?regoin=x"))
                .said(2))
        .contains("BLOB_QUERY_PARAMS")
        .contains("'regoin'");
  }
}
