package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.s3.MotoServer;
import dev.stepcache.upload.CacheUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Both steps as processes, with their cache in a bucket of a real S3 server. */
@Tag("program")
@EnabledIf("dev.stepcache.s3.MotoServer#available")
class BucketStepsTest {
  private static final String REFERENCE = "s3://caches/{{hash}}/go.tar.gz";

  @TempDir Path folder;
  private MotoServer server;
  private Path sources;

  @BeforeEach
  void start() throws IOException {
    server = MotoServer.start(folder);
    server.create("caches");
    sources = Files.createDirectory(folder.resolve("sources"));
    Files.writeString(sources.resolve("go.sum"), "x");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Run(Process process, Path log) {
    String said() throws IOException {
      try {
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      return Files.readString(log);
    }
  }

  private Run start(Class<?> main, String name, Path cache, Map<String, String> params)
      throws IOException {
    Path log = folder.resolve(name + ".log");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            "--@PATTERNS",
            "go.sum");
    java.redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = java.environment();
    environment.clear();
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("HOME", folder.toString());
    environment.put("PARAM_INSECURE", "true");
    environment.put("PARAM_WORKING_DIR", sources.toString());
    environment.put("PARAM_CACHE_PATH", cache.toString());
    environment.put(
        "PARAM_BLOB_QUERY_PARAMS",
        "?region=us-east-1&endpoint=" + server.endpoint() + "&use_path_style=true");
    environment.putAll(params);
    return new Run(java.start(), log);
  }

  private Map<String, String> credentials() throws IOException {
    Path file = folder.resolve("aws-credentials");
    Files.writeString(
        file, "[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret-of-s3\n");
    return Map.of("PARAM_AWS_SHARED_CREDENTIALS_FILE", file.toString());
  }

  private String fetch(String name, Path cache) throws IOException {
    Map<String, String> params = new TreeMap<>(credentials());
    params.put("PARAM_SOURCE", REFERENCE);
    return start(CacheFetch.class, name, cache, params).said();
  }

  private Run upload(String name, Path cache) throws IOException {
    Map<String, String> params = new TreeMap<>(credentials());
    params.put("PARAM_TARGET", REFERENCE);
    return start(CacheUpload.class, name, cache, params);
  }

  private static byte[] fill(Path cache) throws IOException {
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

    assertThat(fetch("miss", first)).contains("nothing is stored");
    byte[] content = fill(first);
    String saved = upload("save", first).said();
    String hit = fetch("hit", second);

    assertThat(saved).contains("s3://caches:").doesNotContain("secret-of-s3");
    assertThat(hit).contains("restored").doesNotContain("secret-of-s3");
    assertThat(second.resolve("mod/a")).hasBinaryContent(content);
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
      assertThat(upload.said()).doesNotContain("FAILED");
    }
    Path other = folder.resolve("other");

    assertThat(fetch("hit", other)).contains("restored");
    assertThat(other.resolve("mod/a")).hasBinaryContent(content);
    assertThat(other.resolve("mod/own")).content().startsWith("pod ");
  }

  @Test
  void theSampleWithASecretMissesSavesAndHits() throws IOException {
    Path aws = Files.createDirectory(folder.resolve("aws"));
    Files.writeString(
        aws.resolve("credentials"),
        "[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret-of-s3\n");

    assertSampleWorks("s3-secret", Map.of());
  }

  @Test
  void theSampleWithARoleMissesSavesAndHits() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "any.jwt");

    assertSampleWorks(
        "s3-irsa",
        Map.of(
            "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/build-caches",
            "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
            "AWS_ENDPOINT_URL_STS", server.endpoint()));
  }

  private void assertSampleWorks(String name, Map<String, String> environment) throws IOException {
    server.create("my-bucket");
    Path cache = sources.resolve("go-build-cache");

    assertThat(run(name, "cache-fetch", CacheFetch.class, false, environment))
        .contains("nothing is stored");
    byte[] content = fill(cache);
    assertThat(run(name, "cache-upload", CacheUpload.class, false, environment))
        .contains("saved: ");
    Files.delete(cache.resolve("mod/a"));
    assertThat(run(name, "cache-fetch", CacheFetch.class, false, environment))
        .contains("hit: ")
        .doesNotContain("secret-of-s3", "any.jwt");
    assertThat(cache.resolve("mod/a")).hasBinaryContent(content);
  }

  /** A step of a sample, as Tekton starts it, but for the server. */
  private String run(
      String sample, String action, Class<?> main, boolean fetched, Map<String, String> environment)
      throws IOException {
    StepAction.Call call =
        Sample.read(sample)
            .call(
                action,
                text ->
                    Sample.replaced(
                            text.replace("$(steps.cache-fetch.results.key)", "")
                                .replace(
                                    "$(workspaces.aws.path)", folder.resolve("aws").toString()),
                            sources,
                            fetched)
                        .replace(
                            "?region=eu-west-1",
                            "?region=eu-west-1&endpoint=" + server.endpoint()));
    Path log = folder.resolve(sample + "-" + action + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(call.args());
    ProcessBuilder java = new ProcessBuilder(command);
    java.redirectErrorStream(true).redirectOutput(log.toFile());
    java.environment().clear();
    java.environment().put("LC_ALL", "C.UTF-8");
    java.environment().putAll(call.environment());
    java.environment().put("PARAM_INSECURE", "true");
    java.environment().putAll(environment);
    return new Run(java.start(), log).said();
  }

  @Test
  void aBucketThatIsNotThereEndsTheStepWithItsCureAlone() throws IOException {
    Map<String, String> params = new TreeMap<>(credentials());
    params.put("PARAM_SOURCE", "s3://none/go:{{hash}}");

    assertThat(start(CacheFetch.class, "none", folder.resolve("cache"), params).said())
        .contains("NoSuchBucket")
        .contains("create the bucket, or correct its name");
  }
}
