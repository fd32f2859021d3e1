package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Result;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The StepActions and the code say the same. */
class StepActionsAndOptionsTest {
  static Stream<Arguments> steps() {
    return Stream.of(
        Arguments.of("cache-fetch", FetchOptions.PARAMETERS, Result.OF_FETCH),
        Arguments.of("cache-upload", UploadOptions.PARAMETERS, Result.OF_UPLOAD));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void declareEachSpellingThatTheCodeKnowsAndNoOther(
      String name, List<Parameter> parameters, List<Result> results) throws IOException {
    List<String> known =
        parameters.stream().flatMap(parameter -> parameter.spellings().stream()).toList();

    assertThat(StepAction.read(name).params())
        .extracting(param -> param.at("name").text())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(known);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void bindEachSpellingOnceAndNothingElse(
      String name, List<Parameter> parameters, List<Result> results) throws IOException {
    List<String> environment = new ArrayList<>();
    List<String> args = new ArrayList<>();
    for (Parameter parameter : parameters) {
      for (String spelling : parameter.spellings()) {
        if (parameter.form() == Parameter.Form.LIST) {
          args.add(Parameter.sentinel(spelling));
          args.add("$(params." + spelling + "[*])");
        } else {
          environment.add(Parameter.variable(spelling) + "=$(params." + spelling + ")");
        }
      }
    }
    for (Result result : results) {
      environment.add(result.variable() + "=$(step.results." + result.name() + ".path)");
    }
    StepAction step = StepAction.read(name);

    assertThat(step.environment())
        .extracting(variable -> variable.at("name").text() + "=" + variable.at("value").text())
        .containsExactlyInAnyOrderElementsOf(environment);
    assertThat(step.environment())
        .extracting(variable -> variable.at("name").text())
        .doesNotHaveDuplicates();
    assertThat(step.args()).containsExactlyElementsOf(args);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void agreeOnTypesAndDefaults(String name, List<Parameter> parameters, List<Result> results)
      throws IOException {
    StepAction step = StepAction.read(name);
    for (Parameter parameter : parameters) {
      for (String spelling : parameter.spellings()) {
        Yaml param =
            step.params().stream()
                .filter(each -> each.at("name").text().equals(spelling))
                .findFirst()
                .orElseThrow();
        boolean list = parameter.form() == Parameter.Form.LIST;
        assertThat(param.at("type").text()).as(spelling).isEqualTo(list ? "array" : "string");
        assertThat(param.at("default").value()).as(spelling).isEqualTo(list ? List.of() : "");
        String said = param.at("description").text();
        if (!spelling.equals(parameter.name())) {
          assertThat(said).isEqualTo("The older spelling of " + parameter.name() + ".");
        } else if (parameter.fallback().isEmpty() || parameter.fedByResults()) {
          assertThat(said).as(spelling).doesNotContain("Default:");
        } else {
          assertThat(said).as(spelling).endsWith("Default: " + parameter.fallback() + ".");
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void declareTheResultsThatTheCodeWrites(
      String name, List<Parameter> parameters, List<Result> results) throws IOException {
    assertThat(StepAction.read(name).spec().at("results").list())
        .extracting(result -> result.at("name").text())
        .containsExactlyElementsOf(results.stream().map(Result::name).toList())
        .noneMatch(result -> Pattern.matches("(?i).*IMAGE_(URL|DIGEST)|IMAGES", result));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void runTheImagesOwnEntrypointAndLeaveTheRestToTheUser(
      String name, List<Parameter> parameters, List<Result> results) throws IOException {
    Yaml document = Yaml.read(name + ".yaml");

    assertThat(document.at("apiVersion").text()).isEqualTo("tekton.dev/v1beta1");
    assertThat(document.at("kind").text()).isEqualTo("StepAction");
    assertThat(document.at("metadata", "name").text()).isEqualTo(name);
    assertThat(document.at("spec").keys())
        .containsExactlyInAnyOrder(
            "description", "params", "results", "image", "command", "args", "env");
    assertThat(document.at("spec", "command").texts())
        .containsExactly("/opt/java/bin/java", "@/opt/app/" + name + ".args");
    assertThat(document.at("spec", "image").text())
        .isEqualTo(
            "stepcache/"
                + name
                + ":"
                + document.at("metadata", "labels", "app.kubernetes.io/version").text());
    assertThat(document.at("metadata", "annotations").keys())
        .contains("tekton.dev/pipelines.minVersion", "tekton.dev/platforms");
  }
}
