package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.registry.RealRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples that build images, run twice with their own tools against a real registry. */
@Tag("program")
class ImageSamplesTest {
  @TempDir private Path folder;

  /** Maven is played by a shell: it downloads what its repository has not. */
  @Test
  @Tag("root")
  void buildahGivesTheBuildInItTheCacheOfTheRunBefore() throws Exception {
    Programs.assumeInstalled("buildah", "busybox", "docker-registry");
    Programs.assumeRoot();
    try (RealRegistry registry = RealRegistry.open(folder);
        PackageServer server = new PackageServer()) {
      server.put("/tiny.jar", "tiny".getBytes(StandardCharsets.UTF_8));
      Buildah buildah = new Buildah(folder, registry);
      String image = buildah.pushBaseImage();

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

        run.pushTo(registry.host()).build(buildah.environment());

        assertThat(server.requests()).hasSize(1);
        assertThat(run.upload().results())
            .containsEntry("reason", round.equals("first") ? "saved" : "fetched");
      }
    }
  }

  /** It compiles ko itself, which takes minutes: `./verify --long` does. */
  @Test
  @Tag("root")
  @Tag("network")
  @Tag("slow")
  void koBuildsASecondTimeWithoutAnyModule() throws Exception {
    assumeTrue(Boolean.getBoolean("samples.long"), "only ./verify --long compiles ko");
    Programs.assumeInstalled("go", "buildah", "busybox", "docker-registry");
    try (RealRegistry registry = RealRegistry.open(folder)) {
      String image = new Buildah(folder, registry).pushBaseImage();
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
}
