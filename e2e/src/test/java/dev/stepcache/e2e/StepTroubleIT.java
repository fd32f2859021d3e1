package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a pipeline sees when the registry does not play along: a reason, and a build that goes on.
 */
@BuiltImages
@DockerEngine
@Programs("docker-registry")
class StepTroubleIT {
  private static final Confinement CONFINED = Confinement.RESTRICTED;

  @TempDir private Path folder;

  private StepPod pod(String name, String registry) throws IOException {
    return new StepPod(folder.resolve(name), "oci://" + registry + "/ci/cache:{{hash}}");
  }

  private Path login(RealRegistry registry, String password) throws IOException {
    Path config = folder.resolve("login-" + password.hashCode());
    Files.createDirectories(config);
    String pair = RealRegistry.USER + ":" + password;
    String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        config.resolve("config.json"),
        "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + auth + "\"}}}");
    return config;
  }

  private static StepRun withLogin(StepContainer step, Path login) {
    return StepPod.run(step.mount(login, "/login").param("DOCKER_CONFIG", "/login"));
  }

  private void savesAndRestoresWithALoginOnly(RealRegistry registry) throws IOException {
    Path good = login(registry, RealRegistry.PASSWORD);
    Path wrong = login(registry, "not-alices");
    StepPod pod = pod("pod", registry.host());
    GoBuild.fill(pod.cachePath(), 20, 1000);

    for (StepRun refused :
        List.of(
            withLogin(pod.fetchStep(CONFINED), wrong),
            withLogin(pod.uploadStep(CONFINED), wrong),
            pod.upload(CONFINED))) {
      assertThat(refused.exitCode()).isZero();
      assertThat(refused.results()).as(refused.log()).containsEntry("reason", "unauthorized");
      assertThat(refused.log()).doesNotContain("wonder", "not-alices");
    }
    StepRun saved = withLogin(pod.uploadStep(CONFINED), good);
    assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
    StepRun hit = withLogin(pod("later", registry.host()).fetchStep(CONFINED), good);
    assertThat(hit.results()).as(hit.log()).containsEntry("fetched", "true");
  }

  @Test
  void logsInWithBasic() throws IOException {
    try (RealRegistry registry = RealRegistry.basic(folder)) {
      savesAndRestoresWithALoginOnly(registry);
    }
  }

  @Test
  void logsInWithBearer() throws IOException {
    try (RealRegistry registry = RealRegistry.bearer(folder)) {
      savesAndRestoresWithALoginOnly(registry);
    }
  }

  @Test
  void goesOnWhereNoRegistryAnswers() throws IOException {
    StepPod pod;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      pod = pod("pod", "127.0.0.1:" + nobody.getLocalPort());
    }
    GoBuild.fill(pod.cachePath(), 3, 1000);
    SortedMap<String, TreeSnapshot.Entry> built = pod.tree();

    for (StepRun run : List.of(pod.fetch(CONFINED), pod.upload(CONFINED))) {
      assertThat(run.exitCode()).isZero();
      assertThat(run.results()).as(run.log()).containsEntry("reason", "unreachable");
    }
    assertThat(pod.tree()).isEqualTo(built);
  }

  @Test
  void namesInsecureWhereTheRegistrySpeaksPlainHttp() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod pod = pod("pod", registry.host());
      StepRun run = StepPod.run(pod.fetchStep(CONFINED).param("insecure", "false"));

      assertThat(run.exitCode()).isZero();
      assertThat(run.results()).as(run.log()).containsEntry("reason", "tls");
      assertThat(run.log()).contains("INSECURE");
    }
  }

  @Test
  void sendsNoLayerTwice() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod pod = pod("pod", registry.host());
      GoBuild.fill(pod.cachePath(), 500, 100_000);
      StepRun saved = pod.upload(CONFINED);
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
      List<String> sent = sent(registry);
      assertThat(sent).hasSizeGreaterThan(3);

      StepRun exists = pod.upload(CONFINED);
      assertThat(exists.results()).as(exists.log()).containsEntry("reason", "exists");
      StepRun forced = StepPod.run(pod.uploadStep(CONFINED).param("force-cache-upload", "true"));
      assertThat(forced.results()).as(forced.log()).containsEntry("reason", "unchanged");
      assertThat(sent(registry)).isEqualTo(sent);

      StepRun other = StepPod.run(pod.uploadStep(CONFINED).param("KEY", "a".repeat(64)));
      System.out.println(other.log());
      assertThat(other.results()).as(other.log()).containsEntry("uploaded", "true");
      // The index layer names what made the key, and the config names the index layer.
      assertThat(sent(registry)).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(sent.size() + 2);
    }
  }

  /** The digests of all blobs that were sent. */
  private static List<String> sent(RealRegistry registry) throws IOException {
    return registry.requests().stream()
        .filter(request -> request.startsWith("PUT ") && request.contains("/blobs/uploads/"))
        .map(request -> request.replaceFirst(".*digest=sha256(:|%3A)", ""))
        .map(request -> request.replaceFirst("&.*", ""))
        .toList();
  }

  @Test
  void leavesTheCachePathAsItWasWhenItIsTerminated() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder);
        StallingForward stalling = StallingForward.to(registry.host(), 20_000_000)) {
      StepPod first = pod("first", registry.host());
      GoBuild.fill(first.cachePath(), 2000, 30_000);
      StepRun saved = first.upload(CONFINED);
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");

      StepPod second = pod("second", stalling.host());
      Files.createDirectories(second.cachePath());
      StepContainer.openToAll(second.cachePath());
      Files.writeString(second.cachePath().resolve("own"), "of an earlier build");
      SortedMap<String, TreeSnapshot.Entry> before = second.tree();
      AtomicLong told = new AtomicLong();
      StepRun terminated =
          StepPod.run(
              second
                  .fetchStep(CONFINED)
                  .terminateWhen(() -> {
                    told.set(System.nanoTime());
                    return stalling.stalls();
                  }));
      Duration took = Duration.ofNanos(System.nanoTime() - told.get());

      System.out.println(terminated.log());
      assertThat(terminated.log()).contains("restoring ");
      assertThat(terminated.exitCode()).as(terminated.log()).isEqualTo(143);
      assertThat(terminated.results()).containsEntry("fetched", "false");
      assertThat(terminated.log()).containsOnlyOnce("WARNING").contains("left as it was");
      // A silent connection is waited for for 30 s, and Tekton waits as long before it kills.
      assertThat(took).isLessThan(Duration.ofSeconds(25));
      assertThat(second.tree()).isEqualTo(before);
      assertThat(staged(second.cachePath())).isEmpty();
    }
  }

  private static List<Path> staged(Path cachePath) throws IOException {
    Path ours = cachePath.resolve(".stepcache");
    if (!Files.exists(ours)) {
      return List.of();
    }
    try (var files = Files.list(ours)) {
      return files.filter(file -> file.getFileName().toString().startsWith("staging-")).toList();
    }
  }

  @Test
  void leavesACachePathAloneThatNoOtherStepWillSee() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod pod = pod("pod", registry.host());
      Path tektonRun = StepContainer.openToAll(folder.resolve("run"));

      for (StepContainer step :
          List.of(pod.fetchStep(Confinement.ROOT), pod.uploadStep(Confinement.ROOT))) {
        StepRun run =
            StepPod.run(step.mount(tektonRun, "/tekton/run").param("cachePath", "/var/go-cache"));
        System.out.println(run.log());
        assertThat(run.exitCode()).isZero();
        assertThat(run.results()).as(run.log()).containsEntry("reason", "unshared");
        assertThat(run.log()).contains("WARNING", "workspaces.source.path");
      }
      StepRun shared = StepPod.run(pod.fetchStep(CONFINED).mount(tektonRun, "/tekton/run"));
      assertThat(shared.results()).as(shared.log()).containsEntry("reason", "miss");
    }
  }
}
