package dev.stepcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/cli.md shows what the commands print. */
@Tag("program")
class CliDocsTest extends CliCase {
  private static final Path PAGE = Path.of("../docs/cli.md");
  private static final String REGISTRY = "registry.example.com";
  private static final String FOLDER = "file:///caches";

  /** A command of the page, and what it prints. */
  private static final Pattern EXAMPLE =
      Pattern.compile("(?m)^\\$ stepcache (.*)\\n((?:(?!\\$ |```).*\\n)*)");

  private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)");

  private static List<Matcher> examples() throws IOException {
    List<Matcher> examples = new ArrayList<>();
    Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
    while (example.find()) {
      Matcher one = EXAMPLE.matcher(example.group());
      assertThat(one.matches()).isTrue();
      examples.add(one);
    }
    return examples;
  }

  /** Digests, keys, amounts, shares, ages, times and machines differ from run to run. */
  private static String normalised(String text) {
    return text.replaceAll("sha256:[0-9a-f]{64}", "DIGEST")
        .replaceAll("\"(size|shared|alone|stored|frees|bytes)\":\\d+", "\"$1\":N")
        .replaceAll("[0-9.]+ (bytes?|kB|MB)\\b", "N")
        .replaceAll("~\\d+ (d|h|min)\\b", "~AGE")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
        .replaceAll("linux/\\w+", "PLATFORM")
        .replaceAll("\"architecture\":\"\\w+\"", "\"architecture\":\"A\"")
        .replaceAll("(?m) +", " ")
        .replaceAll("(?m) +$", "");
  }

  @Test
  void eachExamplePrintsWhatThePageSays() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      String repository = "oci://" + registry.host() + "/team/cache";
      saveTwo(repository);
      saveForeign(repository, "image");
      saveThree("oci://" + registry.host() + "/team/go");
      List<Matcher> examples = examples();

      assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
      for (Matcher example : examples) {
        String caches = "file://" + folder.resolve("caches");
        Ran ran =
            runInsecurely(
                example
                    .group(1)
                    .replace(REGISTRY, registry.host())
                    .replace(FOLDER, caches)
                    .split(" "));
        String printed =
            (ran.out() + ran.err()).replace(registry.host(), REGISTRY).replace(caches, FOLDER);
        assertThat(normalised(printed))
            .as("%s printed:%n%s", example.group(1), printed)
            .isEqualTo(normalised(example.group(2)));
      }
    }
  }

  @Test
  void thePageNamesEachOptionAndNoOther() throws IOException {
    List<String> known = new ArrayList<>(List.of("--version"));
    for (String command : List.of("list", "show", "verify", "prune", "copy")) {
      Matcher option = Pattern.compile("(--[a-z-]+)").matcher(run(command, "--help").out());
      while (option.find()) {
        known.add(option.group(1));
      }
    }

    assertThat(OPTION.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)))
        .containsAll(known)
        .allMatch(known::contains);
  }
}
