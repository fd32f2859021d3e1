package dev.stepcache.cli.move;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What fetch and upload share, and the steps do not have. */
final class RunOptions {
  /** For whom the answer is. */
  enum Format {
    TEXT,
    JSON
  }

  private static final Path TEKTON = Path.of("/tekton/home");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // Picocli ends the command where it is set.
  private boolean help;

  @Option(
      names = "--output",
      paramLabel = "text|json",
      description =
          "json: the results as one document, which docs/cli.md describes; the log goes to"
              + " standard error.")
  private Format format = Format.TEXT;

  @Option(
      names = "--record",
      paramLabel = "FOLDER",
      description =
          "Where fetch leaves word for the upload of the same job: a folder of this job alone."
              + " GitHub Actions has one.")
  private Optional<Path> record = Optional.empty();

  boolean json() {
    return format == Format.JSON;
  }

  /**
   * The folder of this job; empty where it has none. A folder that outlives the job would make an
   * upload take an old job's key for its own.
   */
  Optional<Path> record(Map<String, String> environment) {
    if (record.isPresent()) {
      return record.map(Path::toAbsolutePath);
    }
    String temporary = environment.getOrDefault("RUNNER_TEMP", "");
    if ("true".equals(environment.get("GITHUB_ACTIONS")) && !temporary.isEmpty()) {
      return Optional.of(Path.of(temporary).toAbsolutePath());
    }
    return Files.isDirectory(TEKTON) ? Optional.of(TEKTON) : Optional.empty();
  }
}
