package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Build tools that are known by name, or by what lies in the working directory. */
class PresetTest {
  @TempDir Path folder;
  private Path workspace;
  private String reference;
  private int pods;

  @BeforeEach
  void makeAWorkspace() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
  }

  private OnePod pod() throws IOException {
    return new OnePod(folder.resolve("pod-" + pods++))
        .patterns()
        .param("WORKING_DIR", workspace.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "go, go.mod, GOMODCACHE={}/mod",
    "maven, pom.xml, MAVEN_OPTS=-Dmaven.repo.local={}/repository",
    "gradle, settings.gradle.kts, GRADLE_USER_HOME={}",
    "npm, package-lock.json, npm_config_cache={}",
    "yarn, yarn.lock, YARN_CACHE_FOLDER={}/cache",
    "pnpm, pnpm-lock.yaml, npm_config_store_dir={}",
    "pip, requirements.txt, PIP_CACHE_DIR={}",
    "poetry, poetry.lock, POETRY_CACHE_DIR={}",
    "cargo, Cargo.lock, CARGO_HOME={}/home",
    "bundler, Gemfile.lock, BUNDLE_PATH={}",
    "composer, composer.lock, COMPOSER_CACHE_DIR={}",
    "ko, .ko.yaml, KOCACHE={}/ko",
    "buildkit, Dockerfile, '--export-cache type=local,mode=max,dest={}'",
    "golangci-lint, go.sum, GOLANGCI_LINT_CACHE={}/golangci-lint"
  })
  void givesAKeyAFolderAndWhatTheBuildMustSet(String preset, String file, String variable)
      throws IOException {
    Files.writeString(workspace.resolve(file), "x");
    Path cache = workspace.resolve(".cache").resolve(preset);

    OnePod pod = pod().param("PRESET", preset);
    OnePod.Ran miss = pod.fetch(reference);
    Files.createDirectories(cache);
    Files.writeString(cache.resolve("f"), "f");
    OnePod.Ran saved = pod.upload(reference);
    Files.delete(cache.resolve("f"));
    OnePod.Ran hit = pod().param("PRESET", preset).fetch(reference);

    assertThat(miss.log())
        .contains("preset " + preset + ":")
        .contains(variable.replace("{}", cache.toString()))
        .doesNotContain("WARNING");
    assertThat(saved.results()).containsEntry("reason", "saved");
    assertThat(saved.log()).contains("preset " + preset + ":").doesNotContain("make it smaller");
    assertThat(hit.results()).containsEntry("fetched", "true");
    assertThat(cache.resolve("f")).hasContent("f");
  }

  @ParameterizedTest
  @CsvSource({
    "go, go.mod", "maven, pom.xml", "gradle, build.gradle", "npm, package-lock.json",
    "yarn, yarn.lock", "pnpm, pnpm-lock.yaml", "pip, requirements.txt", "poetry, poetry.lock",
    "cargo, Cargo.lock", "bundler, Gemfile.lock", "composer, composer.lock", "ko, .ko.yaml"
  })
  void isDetectedWhereNoPatternsAreGiven(String preset, String file) throws IOException {
    Files.writeString(workspace.resolve(file), "x");

    OnePod.Ran ran = pod().param("CACHE_PATH", "cache").fetch(reference);

    assertThat(ran.results()).containsEntry("reason", "miss");
    assertThat(ran.log()).contains("preset " + preset + ", detected by " + file);
  }

  @Test
  void saysWhatElseCouldHaveBeenDetected() throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "x");
    Files.writeString(workspace.resolve("package-lock.json"), "x");

    assertThat(pod().param("PRESET", "auto").fetch(reference).log())
        .contains("preset go, detected by go.mod")
        .contains("there is also npm (package-lock.json)");
  }

  @Test
  void leavesTheUsersPatternsAndFolderAlone() throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "x");
    Files.writeString(workspace.resolve("own"), "x");

    OnePod.Ran ran =
        pod().patterns("own").param("PRESET", "go").param("CACHE_PATH", "c").fetch(reference);

    assertThat(ran.log())
        .contains("own (1 byte)")
        .doesNotContain("go.mod (")
        .contains("GOCACHE=" + workspace.resolve("c/cache"));
  }

  @Test
  void detectsNothingForWhomGivesPatternsOrNeedsNone() throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "x");

    assertThat(pod().patterns("go.mod").param("CACHE_PATH", "c").fetch(reference).log())
        .doesNotContain("preset");
    assertThat(pod().param("CACHE_PATH", "c").fetch(reference.replace("{{hash}}", "x")).log())
        .doesNotContain("preset");
  }

  @Test
  void keepsWhatTheToolMakesAnewOutOfTheCache() throws IOException {
    Files.writeString(workspace.resolve("pom.xml"), "x");
    Path repository = Files.createDirectories(workspace.resolve(".cache/maven/repository/org/x/1"));
    Files.writeString(repository.resolve("x.jar"), "x");
    Files.writeString(repository.resolve("x.jar.lastUpdated"), "x");
    pod().param("PRESET", "maven").upload(reference);
    Files.delete(repository.resolve("x.jar"));
    Files.delete(repository.resolve("x.jar.lastUpdated"));

    pod().param("PRESET", "maven").fetch(reference);

    assertThat(repository).isDirectoryContaining("glob:**/x.jar");
    assertThat(repository).isDirectoryNotContaining("glob:**/*.lastUpdated");
  }

  private OnePod.Ran saveBytes(String preset, int bytes, String largest) throws IOException {
    OnePod pod = pod().param("PRESET", preset);
    pod.list("FALLBACK_KEYS", "latest").fetch(reference);
    Path cache = Files.createDirectories(workspace.resolve(".cache").resolve(preset));
    Files.write(cache.resolve("f"), new byte[bytes]);
    return pod.without("FALLBACK_KEYS")
        .param("MAX_CACHE_SIZE", largest)
        .param("UPLOAD", "changed")
        .upload(reference);
  }

  @Test
  void saysHowAndWhereToCleanUpWhenTheCacheIsTooLargeOrSoonWillBe() throws IOException {
    Files.writeString(workspace.resolve("pnpm-lock.yaml"), "x");
    Files.writeString(workspace.resolve("pom.xml"), "x");
    String pnpm = "to make it smaller, let the build's step run after it built: pnpm store prune";
    String maven =
        "to make it smaller, let the build's step run before it builds: rm -r "
            + workspace.resolve(".cache/maven/repository");

    assertThat(saveBytes("pnpm", 3000, "2k").log()).contains("too-large").contains(pnpm);
    assertThat(saveBytes("pnpm", 1500, "2k").log()).contains("saved").contains(pnpm);
    OnePod.Ran small = saveBytes("maven", 1000, "10k");
    assertThat(small.log()).contains("saved").doesNotContain("make it smaller");
    OnePod.Ran grown = saveBytes("maven", 1300, "10k");
    assertThat(grown.log()).contains("since the cache that was fetched").contains(maven);
    assertThat(saveBytes("maven", 1400, "10k").log())
        .contains("saved")
        .doesNotContain("make it smaller");
  }

  @Test
  void namesTheMistake() throws IOException {
    OnePod.Ran unknown = pod().param("PRESET", "mvn").fetch(reference);
    OnePod.Ran nothing = pod().param("PRESET", "auto").fetch(reference);
    Files.writeString(workspace.resolve("go.mod"), "x");
    OnePod.Ran noFolder = pod().fetch(reference);

    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.log()).contains("ERROR: PRESET: 'mvn'").contains("maven");
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.log()).contains("ERROR: PRESET: auto finds none of").contains("go.mod");
    assertThat(noFolder.exitCode()).isEqualTo(2);
    assertThat(noFolder.log()).contains("ERROR: CACHE_PATH");
  }
}
