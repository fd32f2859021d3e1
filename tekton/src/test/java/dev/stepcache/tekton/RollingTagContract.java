package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tag for readers that can name no key, in whatever store. */
abstract class RollingTagContract {
  @TempDir Path folder;
  private Path workspace;
  private int pods;

  /** A repository, bucket or folder, without a tag. */
  abstract String store();

  /** What leads there. */
  abstract Map<String, String> params();

  @BeforeEach
  void makeAWorkspace() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    changeTheKey("x");
  }

  final void changeTheKey(String module) throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "module " + module + "\n");
  }

  /** With an empty cache path. */
  final OnePod pod() throws IOException {
    OnePod pod =
        new OnePod(folder.resolve("pod-" + pods))
            .param("WORKING_DIR", workspace.toString())
            .param("CACHE_PATH", folder.resolve("cache-" + pods++).toString());
    params().forEach(pod::param);
    return pod;
  }

  final void build(String file) throws IOException {
    Path cache = Files.createDirectories(folder.resolve("cache-" + (pods - 1)));
    Files.writeString(cache.resolve(file), file);
  }

  /** A run that ends with the upload, which moves a tag. */
  final OnePod.Ran run(String rolling, String scope, String file) throws IOException {
    OnePod pod = pod().param("SCOPE", scope);
    pod.fetch(store() + ":{{hash}}");
    build(file);
    return pod.param("ROLLING_TAG", rolling).upload(store() + ":{{hash}}");
  }

  /** Empty where nothing is there. */
  final String digest(String tag) throws IOException {
    return pod().param("LOOKUP_ONLY", "true").fetch(store() + ":" + tag).results().get("digest");
  }

  @Test
  void namesWhatWasSavedLast() throws IOException {
    OnePod.Ran first = run("main", "", "first");
    assertThat(digest("main")).isNotEmpty().isEqualTo(first.results().get("digest"));
    changeTheKey("y");

    OnePod.Ran second = run("main", "", "second");

    assertThat(digest("main"))
        .isEqualTo(second.results().get("digest"))
        .isNotEqualTo(first.results().get("digest"));
    assertThat(second.log()).contains(store() + ":main names sha256:");
  }

  @Test
  void goesBackWithALockFileThatIsTakenBack() throws IOException {
    OnePod.Ran first = run("main", "", "first");
    changeTheKey("y");
    OnePod.Ran second = run("main", "", "second");
    changeTheKey("x");

    OnePod.Ran third = run("main", "", "third");

    assertThat(third.results()).containsEntry("reason", "fetched");
    assertThat(digest("main")).isEqualTo(first.results().get("digest"));
    assertThat(digest("latest")).isEqualTo(second.results().get("digest"));
  }

  @Test
  void goesBackWhereAnUploadFindsTheCacheThere() throws IOException {
    OnePod.Ran first = run("main", "", "first");
    changeTheKey("y");
    run("main", "", "second");
    changeTheKey("x");
    OnePod pod = pod().param("ROLLING_TAG", "main");
    build("third");

    OnePod.Ran third = pod.upload(store() + ":{{hash}}");

    assertThat(third.results()).containsEntry("reason", "exists");
    assertThat(digest("main")).isEqualTo(first.results().get("digest"));
  }

  @Test
  void ofOneScopeIsMovedByNoOther() throws IOException {
    OnePod.Ran main = run("tip", "main", "of main");
    changeTheKey("y");

    OnePod.Ran request = run("tip", "pr-1", "of pr-1");

    assertThat(digest("scope.main.tip")).isEqualTo(main.results().get("digest"));
    assertThat(digest("scope.pr-1.tip")).isEqualTo(request.results().get("digest"));
    assertThat(digest("tip")).isEmpty();
  }

  @Test
  void namesTheCacheOfAnotherScopeThatARunHit() throws IOException {
    OnePod.Ran main = run("tip", "main", "of main");
    OnePod pod = pod().param("SCOPE", "pr-1").list("FALLBACK_KEYS", "scope:main");
    assertThat(pod.fetch(store() + ":{{hash}}").results()).containsEntry("fetched", "true");

    pod.without("FALLBACK_KEYS").param("ROLLING_TAG", "tip").upload(store() + ":{{hash}}");

    assertThat(digest("scope.pr-1.tip")).isEqualTo(main.results().get("digest"));
  }

  @Test
  void staysWhereNothingMayBeSaved() throws IOException {
    OnePod.Ran first = run("main", "", "first");
    changeTheKey("y");
    for (String param : new String[] {"MODE=read", "DRY_RUN=true"}) {
      OnePod pod = pod().param("ROLLING_TAG", "main");
      build("second");
      pod.param(param.split("=", 2)[0], param.split("=", 2)[1]);

      assertThat(pod.upload(store() + ":{{hash}}").exitCode()).isZero();
    }
    assertThat(digest("main")).isEqualTo(first.results().get("digest"));
  }

  @Test
  void isAFallbackLikeAnyTag() throws IOException {
    run("main", "", "first");
    changeTheKey("y");

    assertThat(pod().list("FALLBACK_KEYS", "main").fetch(store() + ":{{hash}}").results())
        .containsEntry("matched", "main");
  }
}
