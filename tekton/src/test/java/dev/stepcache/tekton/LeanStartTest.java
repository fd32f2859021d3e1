package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.CacheFetch;
import dev.stepcache.registry.FakeRegistry;
import dev.stepcache.upload.CacheUpload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a step does each time, in a JVM of its own that tells which classes it loads. */
class LeanStartTest {
  /**
   * By these Java makes a record's comparison, and a switch over types, when either is first used:
   * an AOT cache has none of that.
   */
  private static final List<String> MAKERS =
      List.of("java.lang.runtime.ObjectMethods ", "java.lang.runtime.SwitchBootstraps ");

  /** What only a cache in a bucket needs. */
  private static final List<String> OF_BUCKETS =
      List.of(
          "dev.stepcache.azure.",
          "dev.stepcache.gcs.",
          "dev.stepcache.oauth.",
          "dev.stepcache.objects.",
          "dev.stepcache.s3.",
          "javax.xml.",
          "software.amazon.");

  @TempDir Path folder;

  @Test
  void aMissMakesNoCode() throws Exception {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      String classes =
          classesOf(
              CacheFetch.class, Map.of("PARAM_SOURCE", reference(registry)), "nothing is stored");

      assertThat(classes).doesNotContain(MAKERS).doesNotContain(OF_BUCKETS);
    }
  }

  @Test
  void neitherDoesAnUploadAfterAHit() throws Exception {
    try (FakeRegistry registry = FakeRegistry.plain()) {
      String classes =
          classesOf(
              CacheUpload.class,
              Map.of("PARAM_TARGET", reference(registry), "PARAM_FETCHED", "true"),
              "nothing to save");

      assertThat(classes).doesNotContain(MAKERS).doesNotContain(OF_BUCKETS);
    }
  }

  @Test
  void aFolderLoadsNothingOfBucketsEither() throws Exception {
    String reference = "file://" + folder.resolve("layout") + ":{{hash}}";

    assertThat(classesOf(CacheFetch.class, Map.of("PARAM_SOURCE", reference), "nothing is stored"))
        .doesNotContain(OF_BUCKETS);
  }

  private static String reference(FakeRegistry registry) {
    return "oci://" + registry.host() + "/team/cache:{{hash}}";
  }

  private String classesOf(Class<?> main, Map<String, String> params, String said)
      throws IOException {
    Path sources = Files.createDirectory(folder.resolve("sources"));
    Files.writeString(sources.resolve("go.sum"), "x");
    Path classes = folder.resolve("classes");
    Path log = folder.resolve("log");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xlog:class+load:file=" + classes,
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            "--@PATTERNS",
            "go.sum");
    java.redirectErrorStream(true).redirectOutput(log.toFile());
    java.environment().clear();
    java.environment().putAll(params);
    java.environment().put("LC_ALL", "C.UTF-8");
    java.environment().put("HOME", folder.toString());
    java.environment().put("PARAM_INSECURE", "true");
    java.environment().put("PARAM_WORKING_DIR", sources.toString());
    java.environment().put("PARAM_CACHE_PATH", folder.resolve("cache").toString());
    try {
      assertThat(java.start().waitFor()).as(Files.readString(log)).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    assertThat(Files.readString(log, StandardCharsets.UTF_8)).contains(said);
    String loaded = Files.readString(classes);
    assertThat(loaded).contains(main.getName() + " ");
    return loaded;
  }
}
