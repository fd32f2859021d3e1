package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of Kaniko with Kaniko itself, against a real registry. */
@Tag("program")
class KanikoSampleTest {
  private static final String KANIKO = "github.com/osscontainertools/kaniko@v1.28.3";

  /**
   * Kaniko takes the root folder for its image's, writes what it builds into it and removes what
   * was there. So this makes a new root of two of the sample's images, where nothing of the machine
   * is but the folder of the pod, and runs a command there.
   */
  private static final String IMAGE =
      """
      pod=$1 programs=$2
      shift 2
      root=$pod/root
      mkdir -p "$root"
      mount -t tmpfs tmpfs "$root"
      mkdir -p "$root/dev" "$root/old" "$root/proc" "$root/kaniko" "$root/busybox" "$root$pod"
      cp "$programs/executor" "$programs/warmer" "$(command -v busybox)" "$root/kaniko"
      touch "$root/dev/null"
      mount --bind /dev/null "$root/dev/null"
      mount -t proc proc "$root/proc"
      mount --bind "$pod" "$root$pod"
      export WORKING_DIR="$PWD"
      cd "$root"
      pivot_root . old
      exec /kaniko/busybox sh -ec '
        export PATH=/usr/local/bin:/kaniko:/busybox HOME=/root USER=root
        busybox umount -l /old
        busybox rmdir /old
        busybox --install -s /busybox
        cd "$WORKING_DIR"
        exec "$@"' sh "$@"
      """;

  @TempDir private Path folder;

  /**
   * It compiles Kaniko itself, which takes minutes: {@code ./verify --long} does. Where Go's proxy
   * has not got it, {@code -Dsamples.kaniko} names a folder with its source.
   */
  @Test
  @Tag("root")
  @Tag("network")
  @Tag("slow")
  void takesNoBaseImageFromTheRegistryASecondTimeThoughItIsAMonthOld() throws Exception {
    assumeTrue(Boolean.getBoolean("samples.long"), "only ./verify --long compiles Kaniko");
    Programs.assumeInstalled("go", "pivot_root", "buildah", "busybox", "docker-registry");
    Programs.assumeRoot();
    Programs.assumeMounts();
    Path programs = Files.createDirectories(folder.resolve("programs"));
    kaniko().compile(programs, "./cmd/executor", "./cmd/warmer");
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

      for (String round : List.of("first", "second")) {
        boolean isFirst = round.equals("first");
        Path pod = folder.resolve(round);
        SampleRun run =
            new SampleRun(Sample.read("kaniko"), pod, folder.resolve("store"))
                .pushTo(registry.host());
        Path source = Files.createDirectories(run.source().resolve("source"));
        Files.writeString(source.resolve("Dockerfile"), dockerfile);
        Files.writeString(source.resolve("app.txt"), round);
        assertThat(run.fetch().results()).containsEntry("fetched", Boolean.toString(!isFirst));
        assertThat(run.runs("warm")).isEqualTo(isFirst);
        List<String> container =
            Programs.inNamespaces("sh", "-ec", IMAGE, "sh", pod.toString(), programs.toString());
        if (isFirst) {
          run.run("warm", Map.of(), container);
        }
        long downloads = layers(registry);
        assertThat(downloads).as(registry.requests().toString()).isPositive();

        // Kaniko wants to be sure that it is in a container, and finds no other sign of one.
        run.run("build", Map.of("container", "kube"), container);

        assertThat(run.log()).contains("Unpacking rootfs").containsPattern("Found .* local cache");
        assertThat(layers(registry)).as(registry.requests().toString()).isEqualTo(downloads);
        assertThat(Collections.frequency(registry.requests(), "PUT /v2/ci/app/manifests/latest"))
            .isEqualTo(isFirst ? 1 : 2);
        assertThat(server.requests()).containsExactly("GET /tiny.jar");
        Path cache = run.source().resolve("cache");
        if (isFirst) {
          SampleRun.assertReadableByAll(cache);
          age(cache, Duration.ofDays(30));
        }
        assertThat(run.upload().results()).containsEntry("reason", isFirst ? "saved" : "fetched");
      }
    }
  }

  private GoModule kaniko() throws IOException, InterruptedException {
    String source = System.getProperty("samples.kaniko", "");
    if (!source.isEmpty()) {
      return new GoModule(Path.of(source));
    }
    assumeTrue(
        GoModule.exists(KANIKO, folder), "Kaniko cannot be had: this sample's build DOES NOT RUN");
    return GoModule.download(KANIKO, folder.resolve("kaniko"));
  }

  private static long layers(RealRegistry registry) throws IOException {
    return registry.requests().stream()
        .filter(request -> request.startsWith("GET /v2/ci/base/blobs/"))
        .count();
  }

  private static void age(Path cache, Duration age) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(age));
    try (Stream<Path> all = Files.walk(cache)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, then);
      }
    }
  }
}
