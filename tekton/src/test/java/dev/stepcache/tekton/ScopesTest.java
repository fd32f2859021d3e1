package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The caches of branches and pull requests, apart in one repository. */
class ScopesTest {
  private static final String MAIN = "scope:main";

  @TempDir Path folder;
  private Path workspace;
  private String reference;
  private int pods;

  @BeforeEach
  void makeAWorkspace() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    Files.writeString(workspace.resolve("go.mod"), "module x\n");
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
  }

  /** With an empty cache path. */
  private OnePod pod(String scope) throws IOException {
    Path cache = folder.resolve("cache-" + pods);
    return new OnePod(folder.resolve("pod-" + pods++))
        .param("WORKING_DIR", workspace.toString())
        .param("CACHE_PATH", cache.toString())
        .param("SCOPE", scope);
  }

  private void build(String file) throws IOException {
    Path cache = Files.createDirectories(folder.resolve("cache-" + (pods - 1)));
    Files.writeString(cache.resolve(file), file);
  }

  private void save(String scope, String file) throws IOException {
    OnePod pod = pod(scope);
    assertThat(pod.fetch(reference).results()).containsEntry("fetched", "false");
    build(file);
    assertThat(pod.upload(reference).results()).containsEntry("uploaded", "true");
  }

  private void changeTheKey() throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "module y\n");
  }

  @Test
  void neverHitWhatAnotherOneSaved() throws IOException {
    save("main", "file");

    for (String other : new String[] {"pr-1", "Main", "main ,", ""}) {
      OnePod.Ran ran = pod(other).fetch(reference);

      assertThat(ran.results()).as(other).containsEntry("reason", "miss");
    }
    assertThat(pod("refs/heads/main").fetch(reference).results()).containsEntry("reason", "hit");
  }

  @Test
  void readTheSameKeyOfTheOneThatTheyNameAndSaveNothing() throws IOException {
    save("main", "file");
    OnePod pod = pod("feature/1").list("FALLBACK_KEYS", "latest", MAIN);

    OnePod.Ran ran = pod.fetch(reference);

    assertThat(ran.results()).containsEntry("fetched", "true");
    assertThat(ran.results().get("matched")).startsWith("scope.main.");
    assertThat(pod.without("FALLBACK_KEYS").upload(reference).results())
        .containsEntry("reason", "fetched");
  }

  @Test
  void beginWithTheNewestOfTheOneThatTheyNameAndGoOnFromTheirOwn() throws IOException {
    save("main", "of main");
    changeTheKey();
    OnePod first = pod("pr-1").list("FALLBACK_KEYS", "latest", MAIN);
    assertThat(first.fetch(reference).results())
        .containsEntry("reason", "fallback")
        .containsEntry("matched", "scope.main.latest");
    build("of pr-1");
    assertThat(first.without("FALLBACK_KEYS").upload(reference).results())
        .containsEntry("uploaded", "true");
    Files.writeString(workspace.resolve("go.mod"), "module z\n");

    OnePod.Ran second = pod("pr-1").list("FALLBACK_KEYS", "latest", MAIN).fetch(reference);

    assertThat(second.results()).containsEntry("matched", "scope.pr-1.latest");
    assertThat(folder.resolve("cache-" + (pods - 1) + "/of pr-1")).exists();
    assertThat(second.log()).contains("since that was saved:").contains("go.mod changed");
    // The newest of main is main's own.
    assertThat(pod("main").list("FALLBACK_KEYS", "latest").fetch(reference).results())
        .containsEntry("matched", "scope.main.latest");
    assertThat(folder.resolve("cache-" + (pods - 1) + "/of pr-1")).doesNotExist();
  }

  @Test
  void areHandedOnToTheUploadWithTheKey() throws IOException {
    OnePod pod = pod("feature/JIRA-1");
    pod.fetch(reference);
    build("file");

    OnePod.Ran saved = pod.param("SCOPE", "").upload(reference);

    assertThat(saved.results().get("ref")).contains(":scope.feature-jira-1.d812801503c8bdbe4c4c.");
    assertThat(saved.log()).contains("scope feature/JIRA-1 as cache-fetch was told");
    assertThat(pod("feature/JIRA-1").fetch(reference).results()).containsEntry("fetched", "true");
  }

  @Test
  void explainAMissByTheirOwnNewest() throws IOException {
    save("main", "file");
    changeTheKey();

    assertThat(pod("main").fetch(reference).log())
        .contains("since the newest cache here was saved:");
    assertThat(pod("pr-1").fetch(reference).log())
        .doesNotContain("since the newest cache here was saved:");
  }

  @Test
  void doNotHideWhatTagsAndWholeReferencesName() throws IOException {
    save("", "file");
    changeTheKey();

    assertThat(
            pod("pr-1")
                .list("FALLBACK_KEYS", "file://" + folder.resolve("store") + ":latest")
                .fetch(reference)
                .results())
        .containsEntry("matched", "latest");
  }

  @Test
  void mayBeNamedByARunThatIsInNone() throws IOException {
    save("main", "file");

    assertThat(pod("").list("FALLBACK_KEYS", MAIN).fetch(reference).results())
        .containsEntry("fetched", "true");
  }
}
