package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.cli.flags.StepFlags;
import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.oci.Json;
import dev.stepcache.step.EarlierSteps;
import dev.stepcache.step.Parameter;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The steps' work from a command line. */
class FetchAndUploadCommandsTest extends CliCase {
  private static final Terminal TERMINAL = new Terminal(true, true, true, 80);

  private String store;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void aProject() throws IOException {
    store = "file://" + folder.resolve("store") + ":{{hash}}";
    environment = Map.of("HOME", folder.toString());
    Files.writeString(folder.resolve("go.sum"), "first");
    write("mod/one", 10_000);
  }

  private List<String> common(String command, String option) {
    return new ArrayList<>(
        List.of(
            command,
            option,
            store,
            "--working-dir",
            folder.toString(),
            "--patterns",
            "go.sum",
            "--cache-path",
            "tree"));
  }

  private Ran fetch(String... more) {
    List<String> all = common("fetch", "--source");
    all.addAll(List.of(more));
    return runIn(environment, all.toArray(String[]::new));
  }

  private Ran upload(String... more) {
    List<String> all = common("upload", "--target");
    all.addAll(List.of(more));
    return runIn(environment, all.toArray(String[]::new));
  }

  private void dropTree() throws IOException {
    Files.move(folder.resolve("tree"), folder.resolve("old" + System.nanoTime()));
  }

  @Test
  void whatIsUploadedIsFetched() throws IOException {
    Ran uploaded = upload();
    dropTree();
    Ran fetched = fetch();

    assertThat(uploaded.out()).as(uploaded.err()).contains("saved: 1 file, 10 kB");
    assertThat(fetched.out()).as(fetched.err()).contains("hit: restored 1 file, 10 kB");
    assertThat(Files.size(folder.resolve("tree/mod/one"))).isEqualTo(10_000);
    assertThat(uploaded.code() + fetched.code()).isZero();
  }

  @Test
  void aMissIsNoFailureUnlessItIsToBeOne() {
    assertThat(fetch().code()).isZero();
    Ran ran = fetch("--fail-on", "miss");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo("stepcache: miss: this command fails, since --fail-on is miss\n");
    assertThat(ran.out()).contains("  stepcache upload will save one at the end of this run");
  }

  @Test
  void mistakesNameTheOptionAndNothingIsDone() {
    assertThat(run("fetch", "--cache-path", "x").err())
        .startsWith("stepcache: --source is missing");
    assertThat(upload("--upload", "sometimes").err())
        .isEqualTo("stepcache: --upload: 'sometimes' is none of miss, changed and always\n");
    assertThat(upload("--upload", "sometimes").code()).isEqualTo(2);
    assertThat(fetch("--colour").err()).contains("--colour").endsWith("stepcache fetch --help\n");
    assertThat(folder.resolve("store")).doesNotExist();
  }

  @Test
  void resultsAreADocumentAndLinesOfAFile() throws IOException {
    upload();
    Path results = folder.resolve("results");
    Files.writeString(results, "other=1\n");

    Ran ran = fetch("--output", "json", "--results", results.toString());

    JsonNode root = Json.object(ran.out().getBytes(StandardCharsets.UTF_8), "the answer");
    assertThat(root.path("fetched").isBoolean()).isTrue();
    assertThat(root.path("fetched").asBoolean()).isTrue();
    assertThat(root.path("reason").asText()).isEqualTo("hit");
    assertThat(ran.err()).contains("hit: restored 1 file");
    assertThat(Files.readAllLines(results))
        .startsWith("other=1", "fetched=true")
        .contains("reason=hit", "key=" + root.path("key").asText());
  }

  @Test
  void anUploadTakesTheKeyOfTheFetchOfItsOwnJobAlone() throws IOException {
    String record = folder.resolve("job").toString();
    fetch("--record", record);
    Files.writeString(folder.resolve("go.sum"), "rewritten by the build");

    Ran sameJob = upload("--record", record, "--dry-run");
    Ran otherJob = upload("--record", folder.resolve("other").toString(), "--dry-run");
    Ran noJob = upload("--dry-run");

    assertThat(sameJob.out())
        .contains("as stepcache fetch computed it", "the build changed what the key is made of");
    assertThat(otherJob.out()).contains("computed now");
    assertThat(noJob.out()).contains("computed now");
  }

  @Test
  void gitHubActionsHasAFolderOfEachJob() throws IOException {
    Map<String, String> job = new HashMap<>(environment);
    job.put("GITHUB_ACTIONS", "true");
    job.put("RUNNER_TEMP", Files.createDirectories(folder.resolve("temp")).toString());
    environment = job;

    fetch();
    Files.writeString(folder.resolve("go.sum"), "rewritten by the build");

    assertThat(upload("--dry-run").out()).contains("as stepcache fetch computed it");
  }

  @Test
  void aScopeThatNoTagCanHoldIsListedAsItWasWritten() {
    assertThat(upload("--scope", "feature/long name").out()).contains("saved: ");

    Ran list = run("list", store.replace(":{{hash}}", ""));

    assertThat(list.out()).contains("SCOPE", "feature/long name");
    assertThat(run("list", "--scope", "feature/long name", store.replace(":{{hash}}", "")).out())
        .contains("1 cache in 2 tags");
  }

  @Test
  void variablesThatLookLikeParamsAreNone() {
    environment = Map.of("HOME", folder.toString(), "PARAM_DRY_RUN", "true");

    assertThat(upload().out()).contains("saved: ");
  }

  @Test
  void plainOutputHasNeitherBarsNorColours() throws IOException {
    assertThat(upload().out()).doesNotContain("\u001b", "\r");
    dropTree();
    assertThat(fetch("--fail-on", "colour").err()).doesNotContain("\u001b");
  }

  @Test
  void aTerminalGetsABarThatLeavesNothingBehindAndNoColourSaysNoColours() throws IOException {
    List<String> upload = common("upload", "--target");
    Ran uploaded = runOn(TERMINAL, environment, upload.toArray(String[]::new));

    assertThat(uploaded.out()).contains("saved: ").doesNotContain("\r", "\u001b");
    assertThat(uploaded.err()).endsWith("\r\u001b[K").contains("saving");

    List<String> wrong = common("fetch", "--source");
    wrong.addAll(List.of("--mode", "write"));
    assertThat(runOn(TERMINAL, environment, wrong.toArray(String[]::new)).err())
        .startsWith("\u001b[31mstepcache:\u001b[0m --mode");
    assertThat(
            runOn(new Terminal(true, true, false, 80), environment, wrong.toArray(String[]::new))
                .err())
        .startsWith("stepcache: --mode");
  }

  @Test
  void eachParamOfTheStepsIsAnOptionWithWordsOfItsOwn() {
    for (var command :
        Map.of("fetch", FetchOptions.PARAMETERS, "upload", UploadOptions.PARAMETERS).entrySet()) {
      String help = run(command.getKey(), "--help").out();
      for (Parameter parameter : command.getValue()) {
        boolean leftOut =
            parameter.equals(EarlierSteps.FAIL_IF_FAILED)
                || parameter.equals(UploadOptions.FORCE_CACHE_UPLOAD);
        assertThat(help.contains(StepFlags.option(parameter.name())))
            .as(parameter.name())
            .isEqualTo(!leftOut);
      }
      assertThat(help).doesNotContain("As the StepAction's param");
    }
  }
}
