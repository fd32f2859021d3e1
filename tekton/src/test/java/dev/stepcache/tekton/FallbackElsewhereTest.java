package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A branch with a repository of its own, whose first run restores what the main branch saved. */
@Tag("program")
class FallbackElsewhereTest {
  private static final int FILES = 20;

  @TempDir Path folder;
  private int pods;

  private OnePod pod(RealRegistry registry, Path workspace) throws IOException {
    Path logins = Files.createDirectories(folder.resolve("logins"));
    String pair = RealRegistry.USER + ":" + RealRegistry.PASSWORD;
    Files.writeString(
        logins.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(
                registry.host(), Base64.getEncoder().encodeToString(pair.getBytes("UTF-8"))));
    return new OnePod(folder.resolve("pod-" + pods++))
        .param("WORKING_DIR", workspace.toString())
        .param("CACHE_PATH", workspace.resolve("cache").toString())
        .param("DOCKER_CONFIG", logins.toString())
        .param("INSECURE", "true");
  }

  private Path workspace(String name) throws IOException {
    Path workspace = Files.createDirectories(folder.resolve(name));
    Files.writeString(workspace.resolve("go.mod"), "module " + name + "\n");
    return workspace;
  }

  private static void noise(Path file, int seed) throws IOException {
    byte[] content = new byte[400_000];
    new Random(seed).nextBytes(content);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static String main(RealRegistry registry) {
    return "oci://" + registry.host() + "/team/main:{{hash}}";
  }

  private static String fork(RealRegistry registry) {
    return "oci://" + registry.host() + "/fork/branch:{{hash}}";
  }

  private static String branch(RealRegistry registry) {
    return "oci://" + registry.host() + "/team/branch:{{hash}}";
  }

  private static String latest(RealRegistry registry) {
    return "oci://" + registry.host() + "/team/main:latest";
  }

  private void saveMain(RealRegistry registry) throws IOException {
    Path workspace = workspace("main");
    for (int at = 0; at < FILES; at++) {
      noise(workspace.resolve("cache/d" + at + "/f"), at);
    }
    assertThat(pod(registry, workspace).upload(main(registry)).results())
        .containsEntry("uploaded", "true");
  }

  private Path restoreIntoBranch(RealRegistry registry) throws IOException {
    Path workspace = workspace("branch");
    OnePod.Ran fetched =
        pod(registry, workspace).list("FALLBACK_KEYS", latest(registry)).fetch(branch(registry));
    assertThat(fetched.results())
        .containsEntry("fetched", "false")
        .containsEntry("matched", "latest");
    return workspace;
  }

  private void expectBranch(RealRegistry registry) throws IOException {
    Path again = workspace("again");
    Files.writeString(again.resolve("go.mod"), "module branch\n");
    assertThat(pod(registry, again).fetch(branch(registry)).results())
        .containsEntry("fetched", "true");
    for (int at = 0; at < FILES; at++) {
      String name = "cache/d" + at + "/f";
      assertThat(again.resolve(name)).hasSameBinaryContentAs(folder.resolve("main/" + name));
    }
    assertThat(again.resolve("cache/new")).hasSize(400_000);
  }

  private static List<String> sent(RealRegistry registry, String what) throws IOException {
    return registry.requests().stream()
        .filter(request -> request.startsWith(what))
        .filter(request -> request.contains("/v2/team/branch/blobs/uploads/"))
        .toList();
  }

  /** The upload is another pod's, which knows of the fetch only what lies in the cache path. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendsOnlyWhatIsNew(boolean bearer) throws IOException {
    try (RealRegistry registry = bearer ? RealRegistry.bearer(folder) : RealRegistry.open(folder)) {
      saveMain(registry);
      Path workspace = restoreIntoBranch(registry);
      noise(workspace.resolve("cache/new"), 77);

      OnePod.Ran saved = pod(registry, workspace).upload(branch(registry));

      assertThat(saved.results()).containsEntry("uploaded", "true");
      assertThat(saved.log()).containsPattern("\\(40\\d kB sent\\)");
      // The new layer, the index and the config.
      assertThat(sent(registry, "PUT")).hasSize(3);
      assertThat(sent(registry, "POST").stream().filter(post -> post.contains("mount=")))
          .allMatch(post -> post.endsWith("&from=team/main"))
          .hasSizeGreaterThan(bearer ? 4 : 3);
      assertThat(sent(registry, "DELETE")).isEmpty();
      expectBranch(registry);
    }
  }

  private static List<String> mounted(RealRegistry registry) throws IOException {
    return registry.requests().stream().filter(request -> request.contains("mount=")).toList();
  }

  /** The fetch's record says what it restored, and lies in the pod. */
  @Test
  void mountsFromAnotherNamespaceWhatThisPodRestored() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      saveMain(registry);
      Path workspace = workspace("branch");
      OnePod pod = pod(registry, workspace).list("FALLBACK_KEYS", latest(registry));
      assertThat(pod.fetch(fork(registry)).results()).containsEntry("matched", "latest");
      noise(workspace.resolve("cache/new"), 77);

      OnePod.Ran saved = pod.without("FALLBACK_KEYS").upload(fork(registry));

      assertThat(saved.log()).containsPattern("\\(40\\d kB sent\\)");
      assertThat(mounted(registry)).isNotEmpty().allMatch(post -> post.endsWith("&from=team/main"));
    }
  }

  /** A file in a workspace that others write to must not choose whose layers are published. */
  @Test
  void takesNothingOverFromAnotherNamespaceThatOnlyTheWorkspaceNames() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      saveMain(registry);
      Path workspace = restoreIntoBranch(registry);
      noise(workspace.resolve("cache/new"), 77);
      int before = registry.requests().size();

      OnePod.Ran saved = pod(registry, workspace).upload(fork(registry));

      assertThat(saved.results()).containsEntry("uploaded", "true");
      assertThat(saved.log()).doesNotContainPattern("\\(40\\d kB sent\\)");
      assertThat(mounted(registry)).isEmpty();
      assertThat(registry.requests().subList(before, registry.requests().size()))
          .noneMatch(request -> request.contains("/team/main/"));
    }
  }

  @Test
  void packsAnewWhatTheOtherRepositoryLost() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      saveMain(registry);
      Path workspace = restoreIntoBranch(registry);
      noise(workspace.resolve("cache/new"), 77);
      String lost =
          registry.requests().stream()
              .filter(request -> request.startsWith("GET /v2/team/main/blobs/sha256:"))
              .map(request -> request.substring(request.indexOf("sha256:") + 7))
              .toList()
              .getLast();
      Files.delete(
          registry
              .storage()
              .resolve("docker/registry/v2/blobs/sha256")
              .resolve(lost.substring(0, 2))
              .resolve(lost)
              .resolve("data"));

      OnePod.Ran saved = pod(registry, workspace).upload(branch(registry));

      assertThat(saved.results()).containsEntry("uploaded", "true");
      assertThat(saved.log()).doesNotContainPattern("\\(40\\d kB sent\\)");
      expectBranch(registry);
    }
  }

  @Test
  void packsAllAnewWhereTheAccountMayNotReadTheOtherRepository() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      saveMain(registry);
      Path workspace = restoreIntoBranch(registry);
      noise(workspace.resolve("cache/new"), 77);
      Path base = workspace.resolve("cache/.stepcache/base");
      Files.writeString(base, Files.readString(base).replace("/team/main@", "/team/absent@"));

      OnePod.Ran saved = pod(registry, workspace).upload(branch(registry));

      assertThat(saved.results()).containsEntry("uploaded", "true");
      expectBranch(registry);
    }
  }
}
