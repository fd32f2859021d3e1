package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What bash completes after it has read the script. */
class CompletionTest extends CliCase {
  /** As bash calls the function when somebody presses the tabulator behind some words. */
  private List<String> completed(String... words) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash is installed");
    Path script = folder.resolve("completion");
    Ran ran = run("completion");
    assertThat(ran.code()).isZero();
    Files.writeString(script, ran.out());
    StringBuilder array = new StringBuilder();
    for (String word : words) {
      array.append(" '").append(word).append('\'');
    }
    Path program = folder.resolve("complete.sh");
    Files.writeString(
        program,
        "set -e\nsource '"
            + script
            + "'\n"
            + "COMP_WORDS=("
            + array
            + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\nCOMP_LINE=\"${COMP_WORDS[*]}\"\n"
            + "complete -p stepcache > /dev/null\n_complete_stepcache || true\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
    Path out = folder.resolve("completed");
    Process bash =
        new ProcessBuilder("/bin/bash", program.toString())
            // Without a person at the tabulator bash has a word to say on compopt.
            .redirectError(folder.resolve("said").toFile())
            .redirectOutput(out.toFile())
            .start();
    assertThat(bash.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(bash.exitValue()).as(text(out)).isZero();
    return text(out).lines().map(String::strip).toList();
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  @Test
  void completesCommands() throws Exception {
    assertThat(completed("stepcache", ""))
        .contains("list", "show", "verify", "explain", "fetch", "upload", "diff", "report");
    assertThat(completed("stepcache", "ve")).containsExactly("verify");
  }

  @Test
  void completesOptionsOfACommand() throws Exception {
    assertThat(completed("stepcache", "fetch", "--fall")).containsExactly("--fallback-keys");
    assertThat(completed("stepcache", "list", "--o"))
        .contains("--output", "--openshift", "--older-than");
  }

  @Test
  void completesTheValuesOfAnOption() throws Exception {
    assertThat(completed("stepcache", "list", "--sort", "")).contains("TAG", "SIZE", "AGE");
  }
}
