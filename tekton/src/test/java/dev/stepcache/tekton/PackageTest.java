package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tekton/package} makes for catalogs and bundles. */
class PackageTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeIt() throws IOException, InterruptedException {
    String log =
        output(
            "./package",
            folder.toString(),
            image("cache-fetch"),
            image("cache-upload"),
            image("cache-prune"));
    assertThat(log).isEmpty();
  }

  /** The image of a StepAction; the commands are in one. */
  private static String image(String name) {
    return "registry.example.com/team/"
        + (Set.of("cache-copy", "cache-bake").contains(name) ? "cache-prune" : name)
        + "@sha256:"
        + "ab".repeat(32);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** The StepAction as it lies here, with that image in place of the one that is built here. */
  private static String expected(String name) throws IOException {
    String image = StepAction.read(name).spec().at("image").text();
    return Files.readString(Path.of(name + ".yaml")).replace(image, image(name));
  }

  private static String sample(String name) {
    return switch (name) {
      case "cache-prune" -> "prune";
      case "cache-copy" -> "copy";
      case "cache-bake" -> "nightly";
      default -> "go";
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache-fetch", "cache-upload", "cache-prune", "cache-copy", "cache-bake"})
  void theCatalogHasEachStepActionInTheLayoutOfTektons(String name) throws IOException {
    Path place = folder.resolve("catalog/stepaction").resolve(name).resolve("0.1");

    assertThat(place.resolve(name + ".yaml")).hasContent(expected(name).stripTrailing());
    assertThat(place.resolve("samples/" + sample(name) + ".yaml")).isRegularFile();
    assertThat(place.resolve("tests/run.yaml")).isRegularFile();
    assertThat(folder.resolve("catalog/artifacthub-repo.yml")).isRegularFile();
    Yaml metadata = Yaml.read(place.resolve(name + ".yaml").toString()).at("metadata");
    assertThat(metadata.at("labels", "app.kubernetes.io/version").text()).startsWith("0.1.");
    assertThat(metadata.at("annotations").keys())
        .contains(
            "tekton.dev/pipelines.minVersion",
            "tekton.dev/categories",
            "tekton.dev/tags",
            "tekton.dev/displayName",
            "tekton.dev/platforms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache-fetch", "cache-upload", "cache-prune", "cache-copy", "cache-bake"})
  void theCatalogsPageHasEachParamAndResultWithItsDescription(String name) throws IOException {
    List<String> page =
        Files.readAllLines(folder.resolve("catalog/stepaction/" + name + "/0.1/README.md"));
    StepAction action = StepAction.read(name);

    assertThat(page).startsWith("# " + name);
    for (Yaml param : action.params()) {
      String kind = param.at("type").text().equals("array") ? "array: " : "";
      assertThat(page).contains(row(param, kind));
    }
    for (Yaml result : action.spec().at("results").list()) {
      assertThat(page).contains(row(result, ""));
    }
  }

  private static String row(Yaml described, String kind) {
    return "| `%s` | %s%s |"
        .formatted(
            described.at("name").text(),
            kind,
            described.at("description").text().replace("*", "\\*").replace("{", "\\{"));
  }

  @Test
  void theBundleKeepsTektonsContract() throws IOException, InterruptedException {
    Path bundle = folder.resolve("bundle");
    Yaml index = Yaml.read(bundle.resolve("index.json").toString());
    Yaml manifest = Yaml.read(blob(bundle, index.at("manifests").list().getFirst()).toString());
    Yaml config = Yaml.read(blob(bundle, manifest.at("config")).toString());
    List<Yaml> layers = manifest.at("layers").list();

    assertThat(layers)
        .extracting(layer -> layer.at("annotations", "dev.tekton.image.name").text())
        .containsExactly("cache-fetch", "cache-upload", "cache-prune", "cache-copy", "cache-bake");
    assertThat(config.at("rootfs", "diff_ids").list()).hasSize(5);
    for (Yaml layer : layers) {
      String name = layer.at("annotations", "dev.tekton.image.name").text();
      assertThat(layer.at("annotations", "dev.tekton.image.kind").text()).isEqualTo("stepaction");
      assertThat(layer.at("annotations", "dev.tekton.image.apiVersion").text())
          .isEqualTo("v1beta1");
      assertThat(layer.at("mediaType").text()).endsWith(".tar+gzip");
      String archive = blob(bundle, layer).toString();
      assertThat(output("tar", "-tzf", archive)).isEqualTo(name + "\n");
      assertThat(output("tar", "-xzOf", archive)).isEqualTo(expected(name));
    }
  }

  /** The file of a descriptor, whose content is what the descriptor says. */
  private static Path blob(Path bundle, Yaml descriptor) throws IOException {
    String digest = descriptor.at("digest").text();
    Path file = bundle.resolve("blobs").resolve(digest.replace(':', '/'));
    byte[] content = Files.readAllBytes(file);
    assertThat(Digest.of(content).toString()).isEqualTo(digest);
    assertThat(descriptor.at("size").value()).isEqualTo(content.length);
    return file;
  }
}
