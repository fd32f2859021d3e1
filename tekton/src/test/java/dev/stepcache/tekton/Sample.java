package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A sample pipeline of one task. */
public record Sample(String name, Yaml document, String text) {
  static final List<String> OUR_ACTIONS = List.of("cache-fetch", "cache-upload");

  private static final Path FOLDER = Path.of("../tekton/samples");

  public static Sample read(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".yaml");
    return new Sample(name, Yaml.read(file.toString()), Files.readString(file));
  }

  /** The names of all that build something with a cache. */
  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        if (Files.readString(file).contains("name: cache-fetch")) {
          names.add(file.getFileName().toString().replace(".yaml", ""));
        }
      }
    }
    return names;
  }

  Yaml task() {
    List<Yaml> tasks = document.at("spec", "pipelineSpec", "tasks").list();
    assertThat(tasks).hasSize(1);
    return tasks.getFirst();
  }

  List<Yaml> steps() {
    return task().at("taskSpec", "steps").list();
  }

  List<Yaml> own() {
    return steps().stream().filter(step -> step.at("ref").value() == null).toList();
  }

  /** The params that the step gives that refers to that StepAction of ours. */
  public Map<String, Yaml> given(String action) {
    Yaml step =
        steps().stream()
            .filter(each -> each.at("ref").value() != null)
            .filter(each -> action.equals(each.at("ref", "name").value()))
            .findFirst()
            .orElseThrow();
    Map<String, Yaml> given = new HashMap<>();
    for (Yaml param : step.at("params").list()) {
      given.put(param.at("name").text(), param.at("value"));
    }
    return given;
  }

  /** What the process of that step gets, once Tekton has replaced the pipeline's variables. */
  public StepAction.Call call(String action, UnaryOperator<String> replaced) throws IOException {
    Map<String, Yaml> given = new HashMap<>();
    given(action)
        .forEach((name, value) ->
            given.put(
                name,
                value.isText()
                    ? new Yaml(replaced.apply(value.text()))
                    : new Yaml(value.texts().stream().map(replaced).toList())));
    StepAction stepAction = StepAction.read(action);
    assertThat(stepAction.params())
        .extracting(param -> param.at("name").text())
        .containsAll(given.keySet());
    return stepAction.called(given);
  }

  /** The same in a workspace {@code source} at that place, after a fetch that found this. */
  StepAction.Call call(String action, Path source, boolean fetched) throws IOException {
    return call(action, text -> replaced(text, source, fetched));
  }

  static String replaced(String text, Path source, boolean fetched) {
    return text.replace("$(workspaces.source.path)", source.toString())
        .replace("$(workspaces.store.path)", "/workspace/store")
        .replace("$(workspaces.aws.path)", "/workspace/aws")
        .replace("$(context.pipelineRun.namespace)", "ci")
        .replace("$(steps.cache-fetch.results.fetched)", Boolean.toString(fetched))
        .replace("$(steps.cache-fetch.results.key)", "ab".repeat(32));
  }

  /** What the steps between ours have in their environment. */
  static Map<String, String> environment(Yaml step, UnaryOperator<String> replaced) {
    Map<String, String> environment = new TreeMap<>();
    step.at("env")
        .list()
        .forEach(variable ->
            environment.put(
                variable.at("name").text(), replaced.apply(variable.at("value").text())));
    return environment;
  }
}
