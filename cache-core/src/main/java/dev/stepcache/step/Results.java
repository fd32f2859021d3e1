package dev.stepcache.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The result files of one run. A result whose variable is not set is written nowhere: so it is when
 * the step runs outside Tekton.
 */
public final class Results {
  private final List<Result> declared;

  /** By name: the first hash of a record costs tens of milliseconds, in which its code is made. */
  private final Map<String, Path> files;

  private Results(List<Result> declared, Map<String, Path> files) {
    this.declared = declared;
    this.files = files;
  }

  /**
   * Writes each declared result with its "nothing" value.
   *
   * @throws UsageException when a file cannot be written
   */
  public static Results open(List<Result> declared, Map<String, String> environment) {
    Map<String, Path> files = new HashMap<>();
    for (Result result : declared) {
      String path = environment.getOrDefault(result.variable(), "").strip();
      if (path.isEmpty()) {
        continue;
      }
      try {
        Path file = Path.of(path);
        Files.writeString(file, result.nothing());
        files.put(result.name(), file);
      } catch (IOException | InvalidPathException e) {
        throw new UsageException(
            result.variable()
                + ": the result file '"
                + path
                + "' cannot be written ("
                + e.getClass().getSimpleName()
                + "): it wants the value $(step.results."
                + result.name()
                + ".path)");
      }
    }
    return new Results(List.copyOf(declared), files);
  }

  /**
   * Writes values by the results' names, without a newline, the verdict last. What is not named
   * keeps what it has.
   */
  public void write(Map<String, String> values) throws IOException {
    for (String name : values.keySet()) {
      if (declared.stream().noneMatch(result -> result.name().equals(name))) {
        throw new IllegalArgumentException("no result is named " + name);
      }
    }
    for (Result result : declared.reversed()) {
      String value = values.get(result.name());
      Path file = files.get(result.name());
      if (value != null && file != null) {
        Files.writeString(file, value);
      }
    }
  }
}
