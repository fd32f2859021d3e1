package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import dev.stepcache.tekton.Sample;
import dev.stepcache.tekton.StepAction;
import dev.stepcache.tekton.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample pipeline's calls of our StepActions as a cluster runs them: what Tekton's one pass of
 * substitution leaves of the YAML, in containers that have {@code /tekton} as its entrypoint lays
 * it out.
 */
@BuiltImages
@DockerEngine
@Programs("docker-registry")
class StepActionsIT {
  private static final Confinement ANYBODY = Confinement.RESTRICTED.as(1_000_670_000);
  private static final String INTERNAL = "image-registry.openshift-image-registry.svc:5000";

  @TempDir private Path folder;
  private Path workspace;
  private Path tekton;

  @BeforeEach
  void layOut() throws IOException {
    tekton = folder.resolve("tekton");
    Path creds = StepContainer.openToAll(tekton.resolve("creds/.docker"));
    Files.writeString(creds.resolve("config.json"), "{\"auths\":{}}");
    StepContainer.openToAll(tekton.resolve("home"));
    StepContainer.openToAll(tekton.resolve("steps/step-unittest"));
    workspace = StepContainer.openToAll(folder.resolve("first"));
    checkOut();
  }

  private void checkOut() throws IOException {
    Files.writeString(workspace.resolve("go.mod"), "module example.com/app\n");
    Files.writeString(workspace.resolve("go.sum"), "example.com/a v1.0.0 h1:AAAA=\n");
  }

  private StepRun step(String name, RealRegistry registry, Map<String, String> results)
      throws IOException {
    StepAction action = StepAction.read(name);
    Map<String, Yaml> given = new HashMap<>();
    Sample.read("go-today")
        .given(name)
        .forEach((param, value) ->
            given.put(
                param,
                value.isText() ? new Yaml(replaced(value.text(), registry, results)) : value));
    given.put("INSECURE", new Yaml("true"));
    StepAction.Call call = action.called(given);
    Path written = tekton.resolve("steps/step-" + name + "/results");
    StepContainer container =
        new StepContainer(
                StepImage.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')),
                ANYBODY,
                workspace,
                written)
            .mount(written, "/tekton/steps/step-" + name + "/results")
            .mount(tekton.resolve("home"), "/tekton/home")
            .mount(tekton.resolve("creds"), "/tekton/creds");
    call.environment().forEach(container::variable);
    for (Yaml result : action.spec().at("results").list()) {
      String of = result.at("name").text();
      container.variable("RESULT_" + of, "/tekton/steps/step-" + name + "/results/" + of);
    }
    List<String> command = action.spec().at("command").texts();
    List<String> args = new ArrayList<>(command.subList(1, command.size()));
    args.addAll(call.args());
    return container.runInstead(command.getFirst(), args.toArray(String[]::new));
  }

  private static String replaced(String text, RealRegistry registry, Map<String, String> results) {
    String replaced =
        text.replace("$(workspaces.source.path)", StepContainer.WORKSPACE)
            .replace("$(context.pipelineRun.namespace)", "ci")
            .replace(INTERNAL, registry.host());
    for (Map.Entry<String, String> result : results.entrySet()) {
      replaced =
          replaced.replace(
              "$(steps.cache-fetch.results." + result.getKey() + ")", result.getValue());
    }
    return replaced;
  }

  @Test
  void saveInOneRunWhatTheNextRestores() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepRun miss = step("cache-fetch", registry, Map.of());
      assertThat(miss.results()).as(miss.log()).containsEntry("reason", "miss");
      Path module = workspace.resolve("go-build-cache/mod/example.com/a");
      StepContainer.openToAll(module);
      Files.writeString(module.resolve("a.go"), "package a\n");
      StepRun saved = step("cache-upload", registry, miss.results());
      assertThat(saved.results()).as(saved.log()).containsEntry("reason", "saved");
      assertThat(saved.log()).doesNotContain("WARNING");

      workspace = StepContainer.openToAll(folder.resolve("second"));
      checkOut();
      StepRun hit = step("cache-fetch", registry, Map.of());
      assertThat(hit.exitCode()).isZero();
      assertThat(hit.results())
          .as(hit.log())
          .containsEntry("fetched", "true")
          .containsEntry("key", miss.results().get("key"))
          .containsEntry("digest", saved.results().get("digest"));
      assertThat(workspace.resolve("go-build-cache/mod/example.com/a/a.go"))
          .hasContent("package a");
      StepRun nothing = step("cache-upload", registry, hit.results());
      assertThat(nothing.results()).as(nothing.log()).containsEntry("reason", "fetched");
    }
  }
}
