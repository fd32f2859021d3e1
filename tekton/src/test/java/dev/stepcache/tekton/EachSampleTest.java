package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.step.StepOptions;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of each sample pipeline. */
class EachSampleTest {
  private static final Path SOURCE = Path.of("/workspace/source");

  /** Made each night, and for no pull request. */
  private static final String NIGHTLY = "nightly";

  static List<String> samples() throws IOException {
    List<String> names = Sample.names();
    assertThat(names).hasSizeGreaterThanOrEqualTo(12);
    return names;
  }

  /** Those that were not written for another cache. */
  static List<String> ofToday() throws IOException {
    return samples().stream().filter(name -> !name.equals("go")).toList();
  }

  static List<String> withAPreset() throws IOException {
    return ofToday().stream()
        .filter(name -> {
          try {
            return Sample.read(name).given("cache-fetch").containsKey("PRESET");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        })
        .toList();
  }

  private static List<MatchResult> found(Sample sample, String pattern) {
    return Pattern.compile(pattern).matcher(sample.text()).results().toList();
  }

  private static List<String> names(Yaml list) {
    return list.list().stream().map(each -> each.at("name").text()).toList();
  }

  @ParameterizedTest
  @MethodSource("ofToday")
  void givesBothStepsOneCacheAndNothingToWarnOf(String name) throws IOException {
    Sample sample = Sample.read(name);
    StepAction.Call fetch = sample.call("cache-fetch", SOURCE, false);
    StepAction.Call upload = sample.call("cache-upload", SOURCE, false);

    StepOptions fetched = FetchOptions.read(fetch.environment(), fetch.args()).step();
    UploadOptions options = UploadOptions.read(upload.environment(), upload.args());

    StepOptions saved = options.step();
    assertThat(fetched.warnings()).isEmpty();
    assertThat(saved.warnings()).isEmpty();
    assertThat(saved.templates()).isEqualTo(fetched.templates());
    assertThat(saved.cachePaths()).isEqualTo(fetched.cachePaths());
    if (!name.equals(NIGHTLY)) {
      assertThat(saved.cachePaths().all()).allMatch(path -> path.startsWith(SOURCE));
    }
    assertThat(saved.workingDirectory()).isEqualTo(fetched.workingDirectory());
    assertThat(saved.patterns()).isEqualTo(fetched.patterns());
    assertThat(saved.key()).isEqualTo(fetched.key());
    assertThat(fetched.insecure()).isFalse();
    assertThat(options.fetched()).contains(false);
    assertThat(options.key()).isPresent();
  }

  @ParameterizedTest
  @MethodSource("withAPreset")
  void setsWhatThePresetAsksOfTheBuild(String name) throws IOException {
    Sample sample = Sample.read(name);
    StepAction.Call fetch = sample.call("cache-fetch", SOURCE, false);
    StepOptions options = FetchOptions.read(fetch.environment(), fetch.args()).step();
    Map<String, String> set = new TreeMap<>();
    for (Yaml step : sample.own()) {
      set.putAll(Sample.environment(step, text -> Sample.replaced(text, SOURCE, false)));
    }
    List<String> wanted =
        options
            .preset()
            .map(preset -> preset.lines(options.cachePaths().only()))
            .orElse(List.of())
            .stream()
            .filter(line -> line.contains("the build must set "))
            .map(line -> line.replaceFirst(".*the build must set ", ""))
            .toList();

    // Inside a Dockerfile's RUN the repository lies where Maven looks anyway.
    if (!name.equals("buildah")) {
      assertThat(set.entrySet()).extracting(Object::toString).containsAll(wanted);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void usesNoParamWorkspaceOrResultThatIsNotThere(String name) throws IOException {
    Sample sample = Sample.read(name);
    List<String> declared = names(sample.document().at("spec", "pipelineSpec", "params"));
    List<String> workspaces = names(sample.document().at("spec", "workspaces"));

    assertThat(found(sample, "\\$\\(params\\.([^)]*)\\)"))
        .isNotEmpty()
        .extracting(use -> use.group(1))
        .allMatch(declared::contains);
    assertThat(names(sample.document().at("spec", "params"))).isEqualTo(declared);
    assertThat(found(sample, "\\$\\(workspaces\\.([^.)]*)\\.path\\)"))
        .isNotEmpty()
        .extracting(use -> use.group(1))
        .allMatch(workspaces::contains);
    assertThat(names(sample.task().at("workspaces"))).isEqualTo(workspaces);
    assertThat(names(sample.task().at("taskSpec", "workspaces"))).isEqualTo(workspaces);
    assertThat(found(sample, "\\$\\(steps\\.([^)]*)\\)"))
        .extracting(use -> use.group(1))
        .allMatch(results(sample)::contains);
  }

  private static TreeSet<String> results(Sample sample) throws IOException {
    TreeSet<String> results = new TreeSet<>();
    for (Yaml step : sample.own()) {
      names(step.at("results"))
          .forEach(result -> results.add(step.at("name").text() + ".results." + result));
    }
    for (String action : Sample.OUR_ACTIONS) {
      names(StepAction.read(action).spec().at("results"))
          .forEach(result -> results.add(action + ".results." + result));
    }
    return results;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void namesEachStepOnceAndFetchesBeforeItSaves(String name) throws IOException {
    List<String> steps =
        Sample.read(name).steps().stream().map(step -> step.at("name").text()).toList();

    assertThat(steps)
        .doesNotHaveDuplicates()
        .startsWith("fetch-repo")
        .containsSubsequence("cache-fetch", "cache-upload")
        .hasSizeGreaterThanOrEqualTo(4);
    if (!name.equals(NIGHTLY)) {
      assertThat(steps).endsWith("cache-upload");
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void runsOnPullRequestsByPipelinesAsCodeAndOnNoImageThatMoves(String name) throws IOException {
    Sample sample = Sample.read(name);
    assumeFalse(name.equals(NIGHTLY), "no pull request is built by it");

    assertThat(sample.document().at("metadata", "name").text()).isEqualTo(name);
    assertThat(
            sample
                .document()
                .at("metadata", "annotations", "pipelinesascode.tekton.dev/on-event")
                .text())
        .contains("pull_request");
    // The one that moves each night is pulled each time.
    assertThat(sample.own())
        .allMatch(step ->
            step.at("image").text().endsWith("/builder:nightly")
                ? step.at("imagePullPolicy").text().equals("Always")
                : step.at("image").text().matches("[^:]+:v?\\d.*"));
  }
}
