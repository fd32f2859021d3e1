package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A module of programs, in a folder of the test.
 *
 * @param source its files
 */
record GoModule(Path source) {
  private static final Pattern FOLDER = Pattern.compile("\"Dir\": \"([^\"]+)\"");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("GOTOOLCHAIN", "local", "GOFLAGS", "-buildvcs=false", "CGO_ENABLED", "0");

  /** Whether Go's proxy has that version, or the repository that it is made of. */
  static boolean exists(String version, Path folder) throws IOException, InterruptedException {
    ProcessBuilder go =
        new ProcessBuilder("go", "mod", "download", version)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    go.environment().putAll(ENVIRONMENT);
    return go.start().waitFor() == 0;
  }

  /**
   * Downloads it.
   *
   * @param version such as {@code example.test/tool@v1.2.3}
   */
  static GoModule download(String version, Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String log = Programs.run(folder, ENVIRONMENT, "go", "mod", "download", "-json", version);
    Matcher found = FOLDER.matcher(log);
    assertThat(found.find()).as(log).isTrue();
    // Go's own copy can neither be written to nor be the main module of a build.
    Path source = folder.resolve("module");
    Programs.run(folder, Map.of(), "cp", "-r", found.group(1), source.toString());
    Programs.run(folder, Map.of(), "chmod", "-R", "u+w", source.toString());
    return new GoModule(source);
  }

  /**
   * Compiles programs that need no library of the system, which takes minutes.
   *
   * @param packages such as {@code ./cmd/tool}
   */
  void compile(Path programs, String... packages) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("go", "build", "-ldflags=-s -w", "-o", programs + "/"));
    command.addAll(List.of(packages));
    Programs.run(source, ENVIRONMENT, command.toArray(String[]::new));
  }
}
