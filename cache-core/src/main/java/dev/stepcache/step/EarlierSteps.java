package dev.stepcache.step;

import dev.stepcache.text.Printable;
import dev.stepcache.text.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The steps that the param FAIL_IF_FAILED names: steps of the same task that may fail without
 * stopping it ({@code onError: continue}), so that a red build still saves its cache.
 *
 * @param folder where Tekton keeps a folder for each step, with its exit code
 */
public record EarlierSteps(List<String> names, Path folder) {
  /** Of cache-upload: names of steps. */
  public static final Parameter FAIL_IF_FAILED = Parameter.list("FAIL_IF_FAILED");

  private static final Pattern RESULT = Pattern.compile("\\$\\(steps\\.(?!<)([^.()]+)\\.");
  private static final String PREFIX = "step-";
  private static final int LONGEST_CODE = 16;

  public EarlierSteps {
    names = List.copyOf(names);
  }

  /** A step that failed. */
  record Failure(String name, int exitCode) {}

  /**
   * @throws UsageException for a name that no step of this task has
   */
  static EarlierSteps of(List<String> names, Path folder) {
    EarlierSteps steps = new EarlierSteps(names, folder);
    steps
        .absent()
        .findFirst()
        .ifPresent(what -> {
          throw new UsageException(FAIL_IF_FAILED.name() + ": " + what);
        });
    return steps;
  }

  /** What to say of values that name results of steps that this task does not have; a line each. */
  static List<String> misspelt(List<String> values, Path folder) {
    List<String> names =
        values.stream()
            .flatMap(value -> RESULT.matcher(value).results().map(found -> found.group(1)))
            .distinct()
            .toList();
    return new EarlierSteps(names, folder).absent().map(what -> "  " + what).toList();
  }

  private Stream<String> absent() {
    if (names.isEmpty() || !Files.isDirectory(folder)) {
      return Stream.of();
    }
    List<String> known = known();
    return names.stream()
        .filter(name -> !known.contains(name))
        .map(name ->
            "no step of this task is named '"
                + name
                + "'; its steps are "
                + String.join(", ", known)
                + Spelling.nearest(name, known)
                    .map(near -> ": did you mean '" + near + "'?")
                    .orElse(""));
  }

  /** What a person should know of the steps whose end cannot be told; a line each. */
  List<String> unknown() {
    return names.stream()
        .filter(name -> exitCode(name).isEmpty())
        .map(name ->
            FAIL_IF_FAILED.name()
                + ": the step '"
                + name
                + "' has left no exit code, so it counts as not failed: name steps of this task that"
                + " come before cache-upload")
        .toList();
  }

  /** Whether one of the steps failed. */
  public boolean haveFailed() {
    return failure().isPresent();
  }

  /** The first of the steps that failed. */
  Optional<Failure> failure() {
    return names.stream()
        .flatMap(name -> exitCode(name).map(code -> new Failure(name, code)).stream())
        .filter(failure -> failure.exitCode() != 0)
        .findFirst();
  }

  /** Whether any step of this task that has ended failed. */
  static boolean anyFailed(Path folder) {
    EarlierSteps all = new EarlierSteps(new EarlierSteps(List.of(), folder).known(), folder);
    return all.failure().isPresent();
  }

  private List<String> known() {
    try (Stream<Path> steps = Files.list(folder)) {
      return steps
          .map(step -> String.valueOf(step.getFileName()))
          .filter(name -> name.startsWith(PREFIX))
          .map(name -> Printable.of(name.substring(PREFIX.length())))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private Optional<Integer> exitCode(String name) {
    Path file = folder.resolve(PREFIX + name).resolve("exitCode");
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_CODE) {
        return Optional.empty();
      }
      return Optional.of(Integer.parseInt(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
