package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code kubectl apply -k tekton} is told. */
class KustomizationTest {
  @Test
  void installsTheStepActionsAndKnowsWhereTheyNameTheirImages() throws IOException {
    Yaml kustomization = Yaml.read("kustomization.yaml");

    assertThat(kustomization.at("resources").texts())
        .containsExactly(
            "cache-fetch.yaml",
            "cache-upload.yaml",
            "cache-bake.yaml",
            "cache-prune.yaml",
            "cache-copy.yaml");
    assertThat(kustomization.at("configurations").texts()).containsExactly("kustomizeconfig.yaml");
    Yaml field = Yaml.read("kustomizeconfig.yaml").at("images").list().getFirst();
    assertThat(field.at("kind").text()).isEqualTo("StepAction");
    assertThat(field.at("path").text()).isEqualTo("spec/image");
  }

  @Test
  void replacesTheImagesThatTheStepActionsName() throws IOException {
    List<String> replaced =
        Yaml.read("kustomization.yaml").at("images").list().stream()
            .map(image -> image.at("name").text())
            .toList();

    for (String name :
        List.of("cache-fetch", "cache-upload", "cache-bake", "cache-prune", "cache-copy")) {
      String image = StepAction.read(name).spec().at("image").text();
      assertThat(replaced).contains(image.substring(0, image.lastIndexOf(':')));
    }
  }
}
