package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples that build images, run twice with their own tools against a real registry. */
@Tag("program")
class ImageSamplesTest {
  @TempDir private Path folder;

  private static void run(Path directory, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(log).isZero();
  }

  /** Where buildah keeps its images, and which registry it may speak to by plain http. */
  private Map<String, String> buildah(RealRegistry registry) throws IOException {
    Path storage = folder.resolve("storage.conf");
    Files.writeString(
        storage,
        "[storage]\ndriver = \"vfs\"\ngraphroot = \"%1$s/graph\"\nrunroot = \"%1$s/run\"\n"
            .formatted(folder));
    Path registries = folder.resolve("registries.conf");
    Files.writeString(
        registries,
        "unqualified-search-registries = []\n[[registry]]\nlocation = \"%s\"\ninsecure = true\n"
            .formatted(registry.host()));
    Path home = Files.createDirectories(folder.resolve("home/.config/containers"));
    Files.writeString(
        home.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    return Map.of(
        "HOME",
        folder.resolve("home").toString(),
        "CONTAINERS_STORAGE_CONF",
        storage.toString(),
        "CONTAINERS_REGISTRIES_CONF",
        registries.toString(),
        "REGISTRY_AUTH_FILE",
        Files.writeString(folder.resolve("auth.json"), "{}").toString());
  }

  /** Maven is played by a shell: it downloads what its repository has not. */
  @Test
  @Tag("root")
  void buildahGivesTheBuildInItTheCacheOfTheRunBefore() throws Exception {
    SampleBuildsTest.assumeInstalled("buildah", "busybox", "docker-registry");
    assumeTrue(
        Files.isWritable(Path.of("/proc/self/oom_score_adj"))
            && System.getProperty("user.name").equals("root"),
        "only root builds in a chroot: this sample's build DOES NOT RUN");
    try (RealRegistry registry = RealRegistry.open(folder);
        PackageServer server = new PackageServer()) {
      server.put("/tiny.jar", "tiny".getBytes(StandardCharsets.UTF_8));
      Map<String, String> environment = buildah(registry);
      String image = base(registry, environment);

      for (String round : new String[] {"first", "second"}) {
        SampleRun run =
            new SampleRun(Sample.read("buildah"), folder.resolve(round), folder.resolve("store"));
        Path source = Files.createDirectories(run.source().resolve("source"));
        Files.writeString(source.resolve("pom.xml"), "<project/>");
        Files.writeString(
            source.resolve("Dockerfile"),
            """
            FROM %s
            ADD pom.xml /
            RUN cd /root/.m2/repository && (test -f tiny.jar || busybox wget %s/tiny.jar)
            """
                .formatted(image, server.address()));
        OnePod.Ran fetched = run.fetch();
        assertThat(fetched.results())
            .as(fetched.log())
            .containsEntry("fetched", Boolean.toString(round.equals("second")));

        run.build(with(environment, "IMAGE", registry.host() + "/ci/app:latest"));

        assertThat(server.requests()).hasSize(1);
        assertThat(run.upload().results())
            .containsEntry("reason", round.equals("first") ? "saved" : "fetched");
      }
    }
  }

  /** An image with a shell. */
  private String base(RealRegistry registry, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path base = Files.createDirectories(folder.resolve("base/rootfs/bin"));
    Files.createDirectories(folder.resolve("base/rootfs/root"));
    run(base, Map.of(), "sh", "-c", "cp \"$(command -v busybox)\" . && ln -s busybox sh");
    Files.writeString(folder.resolve("base/Dockerfile"), "FROM scratch\nCOPY rootfs /\n");
    String image = registry.host() + "/ci/base:latest";
    run(
        folder.resolve("base"),
        environment,
        "sh",
        "-ec",
        "buildah build --storage-driver vfs --isolation chroot --tag "
            + image
            + " . && "
            + "buildah push --storage-driver vfs "
            + image);
    return image;
  }

  /** It compiles ko itself, which takes minutes: `./verify --long` does. */
  @Test
  @Tag("root")
  @Tag("network")
  @Tag("slow")
  void koBuildsASecondTimeWithoutAnyModule() throws Exception {
    assumeTrue(Boolean.getBoolean("samples.long"), "only ./verify --long compiles ko");
    SampleBuildsTest.assumeInstalled("go", "buildah", "busybox", "docker-registry");
    try (RealRegistry registry = RealRegistry.open(folder)) {
      String image = base(registry, buildah(registry));
      for (String round : new String[] {"first", "second"}) {
        boolean isFirst = round.equals("first");
        SampleRun run =
            new SampleRun(Sample.read("ko"), folder.resolve("pod"), folder.resolve("store"));
        Path source = Files.createDirectories(run.source().resolve("source"));
        Files.writeString(source.resolve("go.mod"), "module example.test/app\n\ngo 1.24\n");
        Files.writeString(source.resolve("main.go"), "package main\n\nfunc main() {}\n");
        assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(!isFirst));

        run.build(
            Map.of(
                "KO_DOCKER_REPO",
                registry.host() + "/ci/app",
                "KO_DEFAULTBASEIMAGE",
                image,
                "GOTOOLCHAIN",
                "local",
                "GOPROXY",
                isFirst
                    ? System.getenv().getOrDefault("GOPROXY", "")
                    // go run PACKAGE@VERSION asks its proxy whether the version is deprecated.
                    : "file://" + run.source().resolve("cache/mod/cache/download")));

        assertThat(run.log()).contains("Published");
        assertThat(run.upload().results().get("reason")).isIn("saved", "unchanged");
        Files.move(folder.resolve("pod"), folder.resolve(round));
      }
    }
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> all = new HashMap<>(map);
    all.put(name, value);
    return all;
  }
}
