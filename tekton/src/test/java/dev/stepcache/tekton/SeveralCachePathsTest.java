package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline whose build fills two folders, one in the workspace and one in the shared home. */
class SeveralCachePathsTest {
  @TempDir Path folder;
  private Path workspace;
  private Path home;
  private String reference;
  private int pods;

  @BeforeEach
  void checkout() throws IOException {
    workspace = folder.resolve("workspace");
    home = folder.resolve("home");
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
    for (Path path : new Path[] {workspace, home}) {
      if (Files.exists(path)) {
        try (Stream<Path> all = Files.walk(path)) {
          for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
    }
    Files.createDirectories(workspace);
    Files.createDirectories(home);
    Files.writeString(workspace.resolve("go.mod"), "module x\n");
  }

  private void build() throws IOException {
    Files.createDirectories(workspace.resolve(".cache/mod/y@v1"));
    Files.writeString(workspace.resolve(".cache/mod/y@v1/go.mod"), "module y\n");
    Files.createDirectories(home.resolve("go-build/00"));
    Files.writeString(home.resolve("go-build/00/a"), "a");
  }

  private OnePod pod(String... cachePaths) throws IOException {
    return new OnePod(folder.resolve("pod-" + pods++))
        .patterns("**go.mod")
        .param("WORKING_DIR", workspace.toString())
        .list("CACHE_PATHS", cachePaths);
  }

  private String build(String name) {
    return name + '=' + home.resolve("go-build");
  }

  @Test
  void hitsOnTheSecondRunInWhateverOrderTheyAreGiven() throws IOException {
    OnePod first = pod(".cache/mod", build("build"));
    OnePod.Ran miss = first.fetch(reference);
    assertThat(workspace.resolve(".cache/mod")).isEmptyDirectory();
    build();
    OnePod.Ran saved = first.upload(reference);
    checkout();
    OnePod second = pod(build("build"), ".cache/mod");
    OnePod.Ran hit = second.fetch(reference);
    OnePod.Ran nothing = second.upload(reference);

    assertThat(miss.results()).containsEntry("reason", "miss");
    assertThat(miss.log()).doesNotContain("WARNING");
    assertThat(saved.results()).containsEntry("reason", "saved");
    assertThat(saved.log()).contains("as cache-fetch computed it");
    assertThat(hit.results()).containsEntry("fetched", "true").containsEntry("reason", "hit");
    assertThat(hit.log())
        .contains("into " + home.resolve("go-build") + ", " + workspace.resolve(".cache/mod"));
    assertThat(hit.results().get("key")).isEqualTo(miss.results().get("key"));
    assertThat(nothing.results()).containsEntry("reason", "fetched");
    assertThat(workspace.resolve(".cache/mod/y@v1/go.mod")).hasContent("module y\n");
    assertThat(home.resolve("go-build/00/a")).hasContent("a");
  }

  @Test
  void missesWithTheReasonPathsForOtherNamesAndSavesThem() throws IOException {
    OnePod first = pod(".cache/mod", build("build"));
    first.fetch(reference);
    build();
    first.upload(reference);
    checkout();

    OnePod renamed = pod(".cache/mod", build("go-build"));
    OnePod.Ran other = renamed.fetch(reference);
    build();
    OnePod.Ran saved = renamed.upload(reference);
    checkout();

    assertThat(other.exitCode()).isZero();
    assertThat(other.results()).containsEntry("fetched", "false").containsEntry("reason", "paths");
    assertThat(other.log()).contains("WARNING: paths: ").contains("build, mod");
    assertThat(home.resolve("go-build")).doesNotExist();
    assertThat(saved.results()).containsEntry("reason", "saved");
    assertThat(pod(".cache/mod", build("go-build")).fetch(reference).results())
        .containsEntry("reason", "hit");

    OnePod one = pod(".cache/mod");
    assertThat(one.fetch(reference).results()).containsEntry("reason", "paths");
    assertThat(one.upload(reference).results()).containsEntry("reason", "saved");
    assertThat(pod().param("CACHE_PATH", ".cache/mod").fetch(reference).results())
        .containsEntry("reason", "hit");
  }

  @Test
  void savesNothingWhereOneOfThemIsNotThere() throws IOException {
    OnePod pod = pod(".cache/mod", build("build"), "typo");
    pod.fetch(reference);
    build();

    OnePod.Ran ran = pod.upload(reference);

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.results()).containsEntry("reason", "empty").containsEntry("uploaded", "false");
    assertThat(ran.log()).contains("there is no folder " + workspace.resolve("typo"));
  }

  @Test
  void endsWithTwoBeforeAnyTrafficWhereTheyAreWrong() throws IOException {
    String nowhere = "oci://127.0.0.1:9/ci/cache:{{hash}}";
    for (OnePod wrong :
        new OnePod[] {
          pod("a", "b").param("cachePath", "c"), pod("a", "a/b"), pod("a", "x/a"), pod("a", ".wh.b")
        }) {
      for (OnePod.Ran ran : new OnePod.Ran[] {wrong.fetch(nowhere), wrong.upload(nowhere)}) {
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.log()).startsWith("ERROR: CACHE_PATHS: ").hasLineCount(1);
      }
    }
  }

  @Test
  void aPresetGivesAllButTheFolders() throws IOException {
    OnePod pod = pod(".cache/mod", build("build")).patterns().param("PRESET", "go");
    OnePod.Ran miss = pod.fetch(reference);
    build();
    OnePod.Ran saved = pod.upload(reference);

    assertThat(miss.log()).contains("preset go: the key is made of").doesNotContain("must set");
    assertThat(saved.results()).containsEntry("reason", "saved");
    assertThat(workspace.resolve(".cache/go")).doesNotExist();
  }
}
