package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other tools take what we saved, and we restore what they saved. */
@BuiltImages
@DockerEngine
@Programs({"docker-registry", "skopeo", "tar", "gzip"})
class OtherToolsIT {
  private static final Confinement CONFINED = Confinement.RESTRICTED;

  @TempDir private Path folder;

  @Test
  void skopeoInspectsACacheAndCopiesItIntoALayoutThatCanBeFetched() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod pod = new StepPod(folder.resolve("pod"), oci(registry, "cache:{{hash}}"));
      String key = pod.fetch(CONFINED).results().get("key");
      GoBuild.fill(pod.cachePath(), 300, 5000);
      StepRun saved = pod.upload(CONFINED);
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
      String image = "docker://" + registry.host() + "/ci/cache:" + key;

      String inspected = run("skopeo", "inspect", "--tls-verify=false", image);
      System.out.println(inspected);
      assertThat(inspected).contains(saved.results().get("digest"), "\"Architecture\": \"");

      StepPod later =
          new StepPod(
              folder.resolve("later"), "file://" + StepContainer.WORKSPACE + "/layout:{{hash}}");
      String layout = "oci:" + later.workspace().resolve("layout") + ":" + key;
      run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", image, layout);
      StepRun hit = later.fetch(CONFINED);
      System.out.println(hit.log());
      assertThat(hit.results())
          .as(hit.log())
          .containsEntry("fetched", "true")
          .containsEntry("digest", saved.results().get("digest"));
      assertThat(later.tree().keySet()).isEqualTo(pod.tree().keySet());
    }
  }

  @Test
  void restoresGzipLayersWithWhiteoutsThatSkopeoPushed() throws IOException {
    Path lower = Files.createDirectories(folder.resolve("lower"));
    Path upper = Files.createDirectories(folder.resolve("upper"));
    write(lower.resolve("a.txt"), "first");
    write(lower.resolve("dir/keep"), "kept");
    write(lower.resolve("dir/gone"), "gone");
    write(lower.resolve("opaque/old"), "old");
    write(upper.resolve("a.txt"), "second");
    write(upper.resolve("dir/.wh.gone"), "");
    write(upper.resolve("opaque/.wh..wh..opq"), "");
    write(upper.resolve("opaque/new"), "new");
    ForeignImage image = new ForeignImage(folder.resolve("layout"));
    for (Path tree : List.of(lower, upper)) {
      String tar = tree + ".tar";
      run("tar", "--create", "--sort=name", "--file", tar, "--directory", tree.toString(), ".");
      image.layer(Path.of(tar), () -> run("gzip", "--keep", tar), Path.of(tar + ".gz"));
    }
    image.write("foreign");
    try (RealRegistry registry = RealRegistry.open(folder)) {
      String place = "docker://" + registry.host() + "/ci/foreign:v1";
      String from = "oci:" + folder.resolve("layout") + ":foreign";
      run("skopeo", "copy", "--insecure-policy", "--dest-tls-verify=false", from, place);

      StepPod pod = new StepPod(folder.resolve("pod"), oci(registry, "foreign:v1"));
      StepRun hit = pod.fetch(CONFINED);
      System.out.println(hit.log());
      assertThat(hit.results()).as(hit.log()).containsEntry("fetched", "true");
      assertThat(pod.tree().keySet())
          .containsExactly("a.txt", "dir", "dir/keep", "opaque", "opaque/new");
      assertThat(pod.cachePath().resolve("a.txt")).hasContent("second");
    }
  }

  private static String oci(RealRegistry registry, String image) {
    return "oci://" + registry.host() + "/ci/" + image;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(new ArrayList<>(List.of(command))).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as(errors).isZero();
    return out;
  }
}
