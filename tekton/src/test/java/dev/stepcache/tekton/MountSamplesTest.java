package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples whose caches are mounted and not restored, and those that warm a node. */
class MountSamplesTest {
  private static List<Yaml> images(Yaml volumes) {
    return volumes.list().stream()
        .map(volume -> volume.at("image"))
        .filter(image -> image.value() != null)
        .toList();
  }

  /** A tag that no run has to know the key of, and that is looked up for each pod. */
  private static void assertCanBeMounted(Yaml image) {
    assertThat(image.keys()).containsExactly("reference", "pullPolicy");
    assertThat(image.at("reference").text())
        .as("Tekton replaces nothing in it")
        .doesNotContain("$(", "{{")
        .endsWith(":main");
    assertThat(image.at("pullPolicy").text()).isEqualTo("Always");
  }

  @ParameterizedTest
  @CsvSource({
    "mount-go, GOPROXY, 'file://%s/mod/cache/download,https://goproxy.example.com'",
    "mount-maven, MAVEN_OPTS, -Dmaven.repo.local.tail=%s/repository"
  })
  void buildOnAVolumeThatIsReadOnly(String name, String variable, String value) throws IOException {
    Yaml task = Sample.read(name).task().at("taskSpec");
    Yaml build = task.at("steps").list().getLast();
    Yaml mount = build.at("volumeMounts").list().getFirst();

    assertThat(images(task.at("volumes")))
        .singleElement()
        .satisfies(MountSamplesTest::assertCanBeMounted);
    assertThat(mount.at("name").text())
        .isEqualTo(task.at("volumes").list().getFirst().at("name").text());
    assertThat(mount.at("readOnly").value()).isEqualTo(true);
    assertThat(Sample.environment(build, text -> text))
        .isEqualTo(Map.of(variable, value.formatted(mount.at("mountPath").text())));
  }

  @ParameterizedTest
  @CsvSource({"go-today, mount-go", "maven, mount-maven"})
  void mountWhereTheSampleThatSavesKeepsIt(String saves, String mounts) throws IOException {
    String saved = Sample.read(saves).given("cache-upload").get("TARGET").text();
    Sample sample = Sample.read(mounts);
    Yaml task = sample.task().at("taskSpec");

    assertThat(sample.text()).contains(saves + ".yaml, on push, with ROLLING_TAG main");

    assertThat("oci://" + images(task.at("volumes")).getFirst().at("reference").text())
        .isEqualTo(
            saved.replace("$(context.pipelineRun.namespace)", "ci").replace("{{hash}}", "main"));
  }

  @Test
  void pullAheadWhatTheOthersMount() throws IOException {
    List<String> mounted = new ArrayList<>();
    for (String name : List.of("mount-go", "mount-maven")) {
      images(Sample.read(name).task().at("taskSpec", "volumes"))
          .forEach(image -> mounted.add(image.at("reference").text()));
    }

    List<Yaml> pulled =
        images(Sample.read("warm-images").document().at("spec", "template", "spec", "volumes"));

    assertThat(pulled).allSatisfy(MountSamplesTest::assertCanBeMounted);
    assertThat(pulled).extracting(image -> image.at("reference").text()).isEqualTo(mounted);
  }

  @Test
  void areStartedAnewByTheirLabelEachNight() throws IOException {
    List<String> args =
        Sample.read("warm-nightly").document().at("items").list().stream()
            .filter(item -> item.at("kind").text().equals("CronJob"))
            .map(job -> job.at("spec", "jobTemplate", "spec", "template", "spec", "containers"))
            .flatMap(containers -> containers.list().getFirst().at("args").texts().stream())
            .toList();

    assertThat(args).startsWith("rollout", "restart", "daemonset");
    for (String name : List.of("warm-node", "warm-images")) {
      Yaml labels = Sample.read(name).document().at("metadata", "labels");
      assertThat(labels.keys())
          .singleElement()
          .satisfies(
              key -> assertThat(args).contains("--selector=" + key + "=" + labels.at(key).text()));
    }
  }

  @Test
  void runTheCommandLineAsItsStepActionsDo() throws IOException {
    Yaml pod = Sample.read("warm-node").document().at("spec", "template", "spec");
    Yaml action = StepAction.read("cache-copy").spec();

    assertThat(pod.at("initContainers").list())
        .hasSize(2)
        .allSatisfy(container -> {
          assertThat(container.at("image")).isEqualTo(action.at("image"));
          assertThat(container.at("command")).isEqualTo(action.at("command"));
          assertThat(container.at("args").texts().getLast()).isEqualTo("file:///caches/go");
        });
    assertThat(Files.readString(Path.of("samples/warm-node.yaml")))
        .contains("SOURCES [\"file:///caches/go:{{hash}}\"");
  }
}
