package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.fetch.FetchOptions;
import dev.stepcache.outcome.Reason;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Result;
import dev.stepcache.upload.UploadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of docs/reference.md say what the code knows, no more and no less. */
class ReferenceTest {
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  private final List<String> lines;

  ReferenceTest() throws IOException {
    lines = Files.readAllLines(Path.of("..", "docs", "reference.md"));
  }

  @Test
  void listsEachParamInBothSpellings() {
    assertThat(quoted("| param |", 1, 2))
        .isEqualTo(
            Stream.concat(FetchOptions.PARAMETERS.stream(), UploadOptions.PARAMETERS.stream())
                .map(Parameter::spellings)
                .flatMap(List::stream)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void listsEachResult() {
    assertThat(quoted("| step | result |", 2))
        .isEqualTo(
            Stream.concat(Result.OF_FETCH.stream(), Result.OF_UPLOAD.stream())
                .map(Result::name)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void listsEachReasonWithItsSteps() {
    Set<String> steps =
        rows("| reason |")
            .map(row -> QUOTED.matcher(row[1]).replaceAll("$1").strip() + " " + row[2].strip())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(steps)
        .isEqualTo(
            Arrays.stream(Reason.values())
                .map(reason -> reason.word() + " " + steps(reason))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String steps(Reason reason) {
    boolean fetch = Reason.OF_FETCH.contains(reason);
    return fetch && Reason.OF_UPLOAD.contains(reason) ? "both" : fetch ? "fetch" : "upload";
  }

  /** What stands in backquotes in some columns of a table. */
  private Set<String> quoted(String head, int... columns) {
    return rows(head)
        .flatMap(row -> Arrays.stream(columns).mapToObj(column -> row[column]))
        .flatMap(cell -> QUOTED.matcher(cell).results().map(found -> found.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<String[]> rows(String head) {
    return lines.stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1));
  }
}
