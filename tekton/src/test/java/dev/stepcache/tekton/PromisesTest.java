package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/promises.md names tests that there are. */
class PromisesTest {
  private static final int PROMISES = 31;
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|");
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
  private static final Pattern TEST =
      Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|FuzzTest)\\b");

  private final String document;
  private final List<String> rows;
  private final Map<String, String> sources = new HashMap<>();

  PromisesTest() throws IOException {
    document = Files.readString(ROOT.resolve("docs/promises.md"));
    rows = document.lines().filter(line -> ROW.matcher(line).find()).toList();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          read(tests);
        }
      }
    }
  }

  private void read(Path tests) throws IOException {
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        // Two rooms may have a test of one name.
        sources.merge(
            file.getFileName().toString().replace(".java", ""),
            Files.readString(file),
            String::concat);
      }
    }
  }

  @Test
  void eachPromiseHasATest() {
    assertThat(rows)
        .extracting(row -> ROW.matcher(row).results().findFirst().orElseThrow().group(1))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, PROMISES).mapToObj(Integer::toString).toList());
    assertThat(rows).allMatch(row -> NAMED.matcher(row).find());
  }

  @Test
  void eachTestNamedThereExists() {
    List<MatchResult> named = NAMED.matcher(document).results().toList();
    assertThat(named).hasSizeGreaterThanOrEqualTo(PROMISES);
    assertThat(named.stream().filter(test -> !exists(test.group(1), test.group(2))))
        .extracting(MatchResult::group)
        .isEmpty();
  }

  /** Whether the class has such a method, with the annotation of a test right above it. */
  private boolean exists(String type, String method) {
    String source = sources.getOrDefault(type, "");
    int at = source.indexOf("void " + method + "(");
    return at >= 0 && TEST.matcher(source.substring(source.lastIndexOf("\n\n", at), at)).find();
  }
}
