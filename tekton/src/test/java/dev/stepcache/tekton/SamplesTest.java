package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.cache.UploadRequest;
import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.step.StepOptions;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample pipelines, as far as they can be followed without a cluster. */
class SamplesTest {
  private static List<Yaml> steps(String sample) throws IOException {
    return Yaml.read("samples/" + sample + ".yaml")
        .at("spec", "pipelineSpec", "tasks")
        .list()
        .getFirst()
        .at("taskSpec", "steps")
        .list();
  }

  /** The values of the step that refers to a StepAction of ours, as its process gets them. */
  private static StepAction.Call call(String sample, String action) throws IOException {
    Yaml step =
        steps(sample).stream()
            .filter(each -> each.at("ref").value() != null)
            .filter(each -> action.equals(each.at("ref", "name").value()))
            .findFirst()
            .orElseThrow();
    Map<String, Yaml> given = new HashMap<>();
    for (Yaml param : step.at("params").list()) {
      String name = param.at("name").text();
      Object value = param.at("value").value();
      given.put(
          name,
          new Yaml(
              value instanceof String text
                  ? text.replace("$(workspaces.source.path)", "/workspace/source")
                      .replace("$(context.pipelineRun.namespace)", "ci")
                      .replace("$(steps.cache-fetch.results.fetched)", "false")
                      .replace("$(steps.cache-fetch.results.key)", "ab".repeat(32))
                  : value));
    }
    StepAction stepAction = StepAction.read(action);
    assertThat(stepAction.params())
        .extracting(param -> param.at("name").text())
        .containsAll(given.keySet());
    return stepAction.called(given);
  }

  private static void assertUsersCase(StepOptions options) {
    assertThat(options.patterns().patterns()).containsExactly("**go.mod", "**go.sum");
    assertThat(options.template().text())
        .isEqualTo("oci://image-registry.openshift-image-registry.svc:5000/ci/cache-go:{{hash}}");
    assertThat(options.cachePath()).isEqualTo(Path.of("/workspace/source/go-build-cache"));
    assertThat(options.workingDirectory()).isEqualTo(Path.of("/workspace/source"));
    assertThat(options.insecure()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"go", "go-today"})
  void giveFetchWhatTheUserMeant(String sample) throws IOException {
    StepAction.Call call = call(sample, "cache-fetch");

    FetchOptions options = FetchOptions.read(call.environment(), call.args());

    assertUsersCase(options.step());
    assertThat(options.step().warnings()).isEmpty();
  }

  @Test
  void giveUploadWhatTheUserMeantAndWarnOfTheResultThatDoesNotExist() throws IOException {
    StepAction.Call call = call("go", "cache-upload");

    UploadOptions options = UploadOptions.read(call.environment(), call.args());

    assertUsersCase(options.step());
    assertThat(options.fetched()).isEmpty();
    assertThat(options.when()).isEqualTo(UploadRequest.When.MISS);
    assertThat(options.step().warnings())
        .singleElement()
        .asString()
        .startsWith("fetched: ")
        .contains("$(tasks.cached-fetch.results.fetched)");
  }

  @Test
  void handOnTodayWhatFetchFound() throws IOException {
    StepAction.Call call = call("go-today", "cache-upload");

    UploadOptions options = UploadOptions.read(call.environment(), call.args());

    assertUsersCase(options.step());
    assertThat(options.fetched()).contains(false);
    assertThat(options.key()).isPresent();
    assertThat(options.step().warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "go, patterns source cachePath workingdir",
    "go-today, PATTERNS SOURCE CACHE_PATH WORKING_DIR"
  })
  void keepToOneSpelling(String sample, String names) throws IOException {
    assertThat(
            steps(sample).stream()
                .filter(step -> step.at("name").text().equals("cache-fetch"))
                .flatMap(step -> step.at("params").list().stream())
                .map(param -> param.at("name").text()))
        .containsExactly(names.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"go", "go-today"})
  void declareEachParamThatTheyUse(String sample) throws IOException {
    Yaml document = Yaml.read("samples/" + sample + ".yaml");
    List<String> declared =
        document.at("spec", "pipelineSpec", "params").list().stream()
            .map(param -> param.at("name").text())
            .toList();
    List<String> used =
        Pattern.compile("\\$\\(params\\.([^)]*)\\)")
            .matcher(Files.readString(Path.of("samples/" + sample + ".yaml")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(used).isNotEmpty().allMatch(declared::contains);
    assertThat(document.at("spec", "params").list())
        .extracting(param -> param.at("name").text())
        .containsExactlyElementsOf(declared);
  }
}
