package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of BuildKit with BuildKit itself, as user 1000, against a real registry. */
@Tag("program")
class BuildKitSampleTest {
  private static final String BUILDKIT = "github.com/moby/buildkit@v0.25.1";

  /** That of BuildKit's Dockerfile. */
  private static final String ROOTLESSKIT = "github.com/rootless-containers/rootlesskit/v2@v2.3.5";

  /**
   * Gives user 1000 what it has in the sample's image: a name, ids for the users inside containers,
   * and a folder for sockets; of the folder in the first argument it makes its home. Then it runs
   * the other arguments as that user.
   */
  private static final String IMAGE =
      """
      pod=$1
      shift
      mount -t tmpfs -o mode=755 tmpfs /run
      mkdir -p /run/user/1000 "$pod/home"
      chown 1000:1000 /run/user/1000 "$pod/home"
      echo "user:x:1000:1000::$pod/home:/bin/sh" >"$pod/passwd"
      echo user:100000:65536 >"$pod/ids"
      mount --bind "$pod/passwd" /etc/passwd
      mount --bind "$pod/ids" /etc/subuid
      mount --bind "$pod/ids" /etc/subgid
      exec setpriv --reuid 1000 --regid 1000 --clear-groups "$@"
      """;

  @TempDir private Path folder;

  /** It compiles BuildKit itself, which takes minutes: {@code ./verify --long} does. */
  @Test
  @Tag("root")
  @Tag("network")
  @Tag("slow")
  void findsWhatItBuiltInANewPodAndSavesNoLayerThatTheLastBuildDidNotNeed() throws Exception {
    assumeTrue(Boolean.getBoolean("samples.long"), "only ./verify --long compiles BuildKit");
    Programs.assumeInstalled("go", "runc", "newuidmap", "setpriv");
    Programs.assumeInstalled("buildah", "busybox", "docker-registry");
    Programs.assumeRoot();
    Programs.assumeMounts();
    assumeTrue(
        Stream.of("/etc/subuid", "/etc/subgid").map(Path::of).allMatch(Files::exists),
        "users have no ids to give here: this sample's build DOES NOT RUN");
    assertThat(folder.toFile().setExecutable(true, false)).isTrue();
    Path programs = programs();
    try (RealRegistry registry = RealRegistry.open(folder);
        PackageServer server = new PackageServer()) {
      server.put("/tiny.jar", "tiny".getBytes(StandardCharsets.UTF_8));
      String dockerfile =
          """
          FROM %s
          RUN busybox wget %s/tiny.jar
          COPY app.txt /
          RUN busybox cp app.txt made.txt
          """
              .formatted(new Buildah(folder, registry).pushBaseImage(), server.address());

      List<String> commits = List.of("one", "another", "another");
      int needed = 0;
      for (int round = 0; round < commits.size(); round++) {
        Path pod = folder.resolve("pod-" + round);
        SampleRun run =
            new SampleRun(Sample.read("buildkit"), pod, folder.resolve("store"))
                .pushTo(registry.host());
        Path source = Files.createDirectories(run.source().resolve("source"));
        Files.writeString(source.resolve("Dockerfile"), dockerfile);
        Files.writeString(source.resolve("app.txt"), commits.get(round));
        assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(round > 0));
        Path cache = run.source().resolve("cache");
        Set<String> restored = blobs(cache);
        assertThat(restored).hasSize(needed);

        run.run(
            "build",
            environment(pod, programs, registry.host()),
            Programs.inNamespaces("sh", "-ec", IMAGE, "sh", pod.toString()));

        assertThat(server.requests()).as(run.log()).containsExactly("GET /tiny.jar");
        assertThat(Collections.frequency(registry.requests(), "PUT /v2/ci/app/manifests/latest"))
            .isEqualTo(Set.copyOf(commits.subList(0, round + 1)).size());
        SampleRun.assertReadableByAll(cache.resolve("blobs"));
        Set<String> built = blobs(cache);
        assertThat(built).containsAll(restored);
        OnePod.Ran upload = run.upload();
        assertThat(upload.results())
            .as(upload.log())
            .containsEntry("reason", round < 2 ? "saved" : "unchanged");
        if (round == 0) {
          needed = built.size();
        }
        int stale = built.size() - needed;
        assertThat(stale).as(built.toString()).isEqualTo(round == 1 ? 4 : 0);
        assertThat(upload.log().contains("left out: " + stale + " blobs of the OCI layout"))
            .as(upload.log())
            .isEqualTo(round == 1);
      }
    }
  }

  private Path programs() throws IOException, InterruptedException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    GoModule buildkit = GoModule.download(BUILDKIT, folder.resolve("buildkit"));
    buildkit.compile(programs, "./cmd/buildctl", "./cmd/buildkitd");
    GoModule.download(ROOTLESSKIT, folder.resolve("rootlesskit"))
        .compile(programs, "./cmd/rootlesskit");
    Path daemonless = programs.resolve("buildctl-daemonless.sh");
    Files.copy(
        buildkit.source().resolve("examples/buildctl-daemonless/buildctl-daemonless.sh"),
        daemonless);
    assertThat(daemonless.toFile().setExecutable(true, false)).isTrue();
    return programs;
  }

  /** That of the sample's image, for a registry that speaks plain http. */
  private static Map<String, String> environment(Path pod, Path programs, String registry)
      throws IOException {
    Path config = pod.resolve("buildkitd.toml");
    Files.writeString(config, "[registry.\"%s\"]\nhttp = true\n".formatted(registry));
    Yaml step = Sample.read("buildkit").own().getFirst();
    String flags = Sample.environment(step, text -> text).get("BUILDKITD_FLAGS");
    return Map.of(
        "PATH",
        programs + ":" + System.getenv("PATH"),
        "HOME",
        pod.resolve("home").toString(),
        "USER",
        "user",
        "XDG_RUNTIME_DIR",
        "/run/user/1000",
        "BUILDKITD_FLAGS",
        flags + " --config=" + config);
  }

  private static Set<String> blobs(Path cache) throws IOException {
    Path folder = cache.resolve("blobs/sha256");
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> blobs = Files.list(folder)) {
      return blobs.map(blob -> blob.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
