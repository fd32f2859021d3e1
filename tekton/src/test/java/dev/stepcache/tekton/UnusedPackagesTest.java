package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.SaveRules;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.store.StoreReference;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A package that is upgraded, by the build tools themselves: builds are ten days apart, by a clock
 * of the test, and each is in a pod of its own.
 */
@org.junit.jupiter.api.Tag("program")
class UnusedPackagesTest {
  private static final int SAVES = 6;

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private long leftOut;

  @ParameterizedTest
  @CsvSource({"npm, npm_config_offline", "cargo, CARGO_NET_OFFLINE", "pip, -"})
  void areLeftOutInTheEndAndWhatIsLeftIsEnoughForTheBuild(String program, String offline)
      throws IOException {
    try (PackageServer server = new PackageServer()) {
      ToolProject old = ServedProjects.of(program, server, folder);
      ToolProject upgraded = upgraded(old);
      Map<String, String> none = Map.of();
      saved(old, 0);
      assertThat(server.downloads()).isEqualTo(1);
      for (int save = 1; save < SAVES; save++) {
        if (save == 2) {
          assertThat(build(old, save, none)).doesNotStartWith("FAILED");
          assertThat(server.downloads()).as("both versions are there").isEqualTo(2);
        }
        saved(upgraded, save);
        assertThat(server.downloads()).as(server.requests().toString()).isEqualTo(2);
      }

      assertThat(leftOut).as("units left out").isPositive();
      assertThat(build(upgraded, SAVES, offline.equals("-") ? none : Map.of(offline, "true")))
          .doesNotStartWith("FAILED");
      assertThat(server.downloads()).isEqualTo(2);
      assertThat(build(old, SAVES, none)).doesNotStartWith("FAILED");
      assertThat(server.downloads()).as("what was left out comes anew").isEqualTo(3);
    }
  }

  private static String upgraded(String text) {
    return text.replaceAll("(?<=tiny[-=:\" ]{1,5}1\\.)0", "1");
  }

  private static ToolProject upgraded(ToolProject project) {
    Map<String, String> files = new TreeMap<>();
    project.files().forEach((name, text) -> files.put(name, upgraded(text)));
    return new ToolProject(
        project.preset(), project.tool(), files, project.prepare(), upgraded(project.build()));
  }

  /** Builds with what the save before left, and saves. */
  private void saved(ToolProject project, int save) throws IOException {
    now = now.plus(Duration.ofDays(10));
    assertThat(build(project, save, Map.of())).doesNotStartWith("FAILED");
    UploadOutcome outcome =
        caches(project)
            .telling(event -> {
              if (event instanceof CacheEvent.Unused unused) {
                leftOut += unused.units();
              }
            })
            .upload(store(), tag(save));
    assertThat(outcome.reason()).as(outcome.message()).isEqualTo(Reason.SAVED);
  }

  /** In the place of all builds: cargo takes it for a part of what it built. */
  private String build(ToolProject project, int save, Map<String, String> more) throws IOException {
    Path pod = folder.resolve("pod");
    delete(pod);
    ToolBuild build = ToolBuild.in(pod, project);
    assertThat(build.run(false, project.prepare(), Map.of())).doesNotStartWith("FAILED");
    Files.createDirectories(cachePath());
    if (save > 0) {
      assertThat(caches(project).fetch(store(), tag(save - 1)).reason()).isEqualTo(Reason.HIT);
    }
    Map<String, String> variables = new HashMap<>(variables(project));
    variables.putAll(more);
    return build.run(false, project.build(), variables);
  }

  /** What the log of cache-fetch tells the build to set. */
  private Map<String, String> variables(ToolProject project) throws IOException {
    return ToolBuild.printed(
        new OnePod(folder.resolve("asked"))
            .patterns()
            .param("PRESET", project.preset())
            .param("WORKING_DIR", folder.resolve("pod/workspace").toString())
            .param("CACHE_PATH", cachePath().toString())
            .param("LOOKUP_ONLY", "true")
            .fetch("file://" + folder.resolve("none") + ":{{hash}}")
            .log());
  }

  private Path cachePath() {
    return folder.resolve("pod/cache");
  }

  /** By the rules of the tool's preset. */
  private Caches caches(ToolProject project) {
    SaveRules rules =
        UploadOptions.read(
                Map.of(
                    "PARAM_PRESET",
                    project.preset(),
                    "PARAM_TARGET",
                    "file:///none:{{hash}}",
                    "PARAM_WORKING_DIR",
                    folder.toString()),
                List.of())
            .rules();
    return Caches.in(cachePath()).with(rules.with(rules.pruning().by(() -> now)));
  }

  private LayoutStore store() {
    return new LayoutStore(folder.resolve("store"));
  }

  private StoreReference tag(int save) {
    return new StoreReference.InLayout(folder.resolve("store"), new Tag("save-" + save));
  }

  private void delete(Path path) throws IOException {
    try {
      Programs.run(folder, Map.of(), "rm", "-rf", path.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
