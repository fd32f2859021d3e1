package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Our YAML keeps the rules of Tekton's types, and of CronJobs. */
class SchemaTest {
  static List<String> files() throws IOException {
    try (Stream<Path> samples = Files.list(Path.of("samples"))) {
      return Stream.concat(
              Stream.of(
                  "cache-fetch.yaml",
                  "cache-upload.yaml",
                  "cache-bake.yaml",
                  "cache-prune.yaml",
                  "cache-copy.yaml",
                  "tests/run.yaml"),
              samples.map(Path::toString).sorted())
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isKept(String file) throws IOException {
    assertThat(Schema.problems(Yaml.read(file))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "cache-fetch.yaml, '  image: ', '  workingDir: /w\n  image: ', no field workingDir",
    "cache-fetch.yaml, v1beta1, v1, kind: ",
    "cache-fetch.yaml, '    - --@PATTERNS', '    - $(params.SOURCE)', would be an empty arg",
    "cache-copy.yaml, '    - $(params.TARGET)', '    - --tag=$(params.TARGET)', would be an empty arg",
    "cache-fetch.yaml, 'default: []', 'default: \"\"', is of another type",
    "cache-fetch.yaml, 'default: \"\"', 'default: $(params.SOURCE)', needs Tekton 0.68",
    "cache-fetch.yaml, 'name: source', 'name: SOURCE', is there twice",
    "cache-fetch.yaml, '[\"/opt/java/bin/java\"', '[\"java\"', would look the image up",
    "samples/go.yaml, 'name: lint', 'name: Lint', no name: Lint",
    "samples/go.yaml, 'name: lint', 'name: coverage', is there twice",
    "samples/go.yaml, 'name: repo_url', 'name: 1repo', no name: 1repo",
    "samples/go-nightly.yaml, '$COMPLETE', '$(steps.image.results.complete)', to env,",
    "samples/maven.yaml, 'image: maven', 'imag: maven', has no image",
    "samples/maven.yaml, 'script: |', 'command: [mvn]\n              script: |', and not both",
    "samples/kaniko.yaml, 'operator: notin', 'operator: not', no operator",
    "samples/npm.yaml, '\"false\"\n              script', 'false\n              script', quote it",
    "samples/copy-cronjob.yaml, '0 3 * * *', 'daily', no schedule",
    "samples/copy-cronjob.yaml, 'restartPolicy', 'restartpolicy', no field restartpolicy",
    "samples/copy-cronjob.yaml, '- name: caches\n                  mountPath', '- name: cache\n                  mountPath', are mounted",
    "tests/run.yaml, 'taskSpec:', 'pipelineSpec: {}\n  taskSpec:', no field pipelineSpec"
  })
  void isNotKeptBy(String file, String text, String replacement, String problem)
      throws IOException {
    String good = Files.readString(Path.of(file));
    assertThat(good).contains(text);
    LoadSettings settings = LoadSettings.builder().build();
    Yaml bad = new Yaml(new Load(settings).loadFromString(good.replace(text, replacement)));

    assertThat(Schema.problems(bad)).anyMatch(found -> found.contains(problem));
  }
}
