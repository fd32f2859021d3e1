package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stepcache.oci.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key, what made it, and why it is another one than before. */
class ExplainTest extends CliCase {
  private Path project;
  private String source;

  @BeforeEach
  void aProjectWithACache() throws IOException {
    project = Files.createDirectories(folder.resolve("project"));
    source = "file://" + folder.resolve("store") + ":{{hash}}";
    Files.writeString(project.resolve("go.sum"), "a\nb\n");
    Files.createDirectories(project.resolve("web"));
    Files.writeString(project.resolve("web/package-lock.json"), "{}\n");
    Files.createDirectories(project.resolve("cache/mod"));
    Files.writeString(project.resolve("cache/mod/one"), "content");
  }

  private Ran explain(String... arguments) {
    List<String> all = new ArrayList<>(List.of("explain", "--working-dir", project.toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private void upload(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "upload",
                "--target",
                source,
                "--working-dir",
                project.toString(),
                "--cache-path",
                "cache",
                "--fail-on",
                "error"));
    all.addAll(List.of(arguments));
    Ran ran = run(all.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err() + ran.out()).isZero();
    assertThat(ran.out()).contains("saved: ");
  }

  @Test
  void listsTheFilesThatMakeTheKeyThatAFetchComputes() {
    Ran ran = explain("--patterns", "**/go.sum", "--patterns", "**/package-lock.json");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(lines(ran.out()))
        .anyMatch(line -> line.matches("go\\.sum +4 bytes +[0-9a-f]{12}"))
        .anyMatch(line -> line.matches("web/package-lock\\.json +3 bytes +[0-9a-f]{12}"));
    String key = lines(ran.out()).getFirst().replaceAll("key +", "");
    assertThat(
            run(
                    "fetch",
                    "--source",
                    source,
                    "--working-dir",
                    project.toString(),
                    "--cache-path",
                    "cache",
                    "--patterns",
                    "**/go.sum",
                    "--patterns",
                    "**/package-lock.json")
                .out())
        .contains("key " + key);
  }

  @Test
  void saysWhichFilesDifferFromTheNewestCache() throws IOException {
    upload("--patterns", "**/go.sum", "--patterns", "**/package-lock.json");
    Files.writeString(project.resolve("go.sum"), "a\nb\nc\n");

    Ran ran = explain("--patterns", "**/go.sum", "--source", source, "--against", "latest");

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(lines(ran.out()))
        .contains(
            "  go.sum changed (4 bytes -> 6 bytes)",
            "  web/package-lock.json is gone",
            "cause: none that shows here: a commit changed them, or the build writes them anew"
                + " (docs/why-did-it-miss.md)");
  }

  @Test
  void saysWhenItIsTheSameKey() {
    upload("--patterns", "**/go.sum");

    assertThat(explain("--patterns", "**/go.sum", "--source", source, "--against", "latest").out())
        .contains("  it is this very key");
  }

  @Test
  void namesLineEndsAsACauseAndNothingElseThatChanged() throws IOException {
    upload("--patterns", "**/go.sum", "--patterns", "**/package-lock.json");
    Files.writeString(project.resolve("go.sum"), "a\r\nb\r\n");
    Files.writeString(project.resolve("web/package-lock.json"), "{ }\r\n");

    Ran ran =
        explain(
            "--patterns",
            "**/go.sum",
            "--patterns",
            "**/package-lock.json",
            "--source",
            source,
            "--against",
            "latest");

    assertThat(lines(ran.out()).stream().filter(line -> line.startsWith("cause: ")))
        .singleElement()
        .asString()
        .startsWith("cause: go.sum differs by its line ends alone");
  }

  @Test
  void namesAnotherWorkingDirectoryAsACause() throws IOException {
    upload("--patterns", "**/package-lock.json");
    project = project.resolve("web");

    assertThat(
            explain("--patterns", "package-lock.json", "--source", source, "--against", "latest")
                .out())
        .contains(
            "cause: package-lock.json has the content that web/package-lock.json had: names are"
                + " relative to --working-dir");
  }

  @Test
  void namesARenamedFileAsACause() throws IOException {
    upload("--patterns", "go.sum");
    Files.move(project.resolve("go.sum"), project.resolve("other.lock"));

    assertThat(explain("--patterns", "other.lock", "--source", source, "--against", "latest").out())
        .contains("cause: other.lock has the content that go.sum had: it was renamed");
  }

  @Test
  void namesThePlatformAndExtraStringsAsCauses() {
    upload("--patterns", "go.sum", "--key-extra", "1", "--key-extra", "2");

    assertThat(
            explain(
                    "--patterns",
                    "go.sum",
                    "--key-platform=false",
                    "--key-extra",
                    "2",
                    "--key-extra",
                    "1",
                    "--source",
                    source,
                    "--against",
                    "latest")
                .out())
        .contains(
            "cause: one of the two was made without the platform (--key-platform=false)",
            "cause: --key-extra has the same values in another order");
  }

  @Test
  void notesWhatAStepWouldWarnOf() throws IOException {
    Files.createSymbolicLink(project.resolve("away.lock"), folder.resolve("away"));
    Files.writeString(folder.resolve("away"), "x");

    Ran ran =
        explain(
            "--patterns",
            "go.sum",
            "--patterns",
            "cache/mod/*",
            "--patterns",
            "away.lock",
            "--patterns",
            "nothing.lock",
            "--cache-path",
            "cache");

    assertThat(ran.out())
        .contains(
            "note: 1 file of the key lie in the cache path, such as cache/mod/one",
            "note: 'nothing.lock' matches no file",
            "note: 'away.lock' matches, and is a link out of the working directory");
  }

  @Test
  void takesAFileAsAnExtraStringThoughItBeginsLikeAnArgumentFile() {
    assertThat(explain("--patterns", "go.sum", "--key-extra", "@web/package-lock.json").out())
        .contains("extra 1   @web/package-lock.json");
  }

  @Test
  void asJsonHasTheSameToTheByte() throws IOException {
    upload("--patterns", "go.sum");
    Files.writeString(project.resolve("go.sum"), "else");

    JsonNode root =
        Json.object(
            explain(
                    "--patterns",
                    "go.sum",
                    "--output",
                    "json",
                    "--source",
                    source,
                    "--against",
                    "latest")
                .out()
                .getBytes(StandardCharsets.UTF_8),
            "the answer");

    assertThat(root.path("key").asText()).matches("[0-9a-f]{64}");
    assertThat(root.path("files").path(0).path("name").asText()).isEqualTo("go.sum");
    assertThat(root.path("files").path(0).path("size").asLong()).isEqualTo(4);
    assertThat(root.path("against").path("same").asBoolean(true)).isFalse();
    assertThat(root.path("against").path("differences").path(0).asText())
        .isEqualTo("go.sum changed (4 bytes as before)");
  }

  @Test
  void wrongUsageNamesTheOptionAndTheCure() {
    assertThat(explain("--patterns", "nope").err())
        .startsWith("stepcache: --patterns: no file below ")
        .endsWith("stepcache explain --help\n");
    assertThat(explain("--patterns", "go.sum", "--against", "latest").code()).isEqualTo(2);
    assertThat(explain("--patterns", "go.sum", "--key-extra", "@none").err())
        .startsWith("stepcache: --key-extra: '@none': there is no file ");
    assertThat(explain("--patterns", "go.sum", "--key-platform=maybe").code()).isEqualTo(2);
    assertThat(
            explain("--patterns", "go.sum", "--against", source.replace("{{hash}}", "no")).code())
        .isEqualTo(1);
  }
}
