package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Where a project is built once: a workspace and a home of its own. */
record ToolBuild(Path workspace, Path home) {
  private static final Pattern VARIABLE = Pattern.compile("the build must set (\\w+)=(.*)");

  private static final Map<String, String> NO_RETRIES =
      Map.of(
          "pnpm_config_fetch_retries",
          "0",
          "npm_config_fetch_retries",
          "0",
          "PIP_RETRIES",
          "0",
          "CARGO_NET_RETRY",
          "0",
          "BUNDLE_RETRY",
          "0");

  static ToolBuild in(Path folder, ToolProject project) throws IOException {
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    for (Map.Entry<String, String> file : project.files().entrySet()) {
      Path path = workspace.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    return new ToolBuild(workspace, Files.createDirectories(folder.resolve("home")));
  }

  /** The two steps around it, in one pod. */
  OnePod pod(String preset) throws IOException {
    return new OnePod(home.resolveSibling("pod"))
        .patterns()
        .param("PRESET", preset)
        .param("WORKING_DIR", workspace.toString());
  }

  /** The log of what was run, if it ended with 0. */
  String run(boolean offline, String script, Map<String, String> variables) throws IOException {
    Path log = home.resolveSibling("log");
    List<String> command = List.of("sh", "-ec", script);
    if (offline) {
      // Some tools speak to processes of their own by the loopback interface.
      command =
          List.of(
              "unshare",
              "root".equals(System.getProperty("user.name")) ? "-n" : "-rn",
              "sh",
              "-ec",
              "ip link set lo up; exec sh -ec \"$0\"",
              script);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workspace.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> name.matches("XDG_.*|GO(CACHE|MODCACHE|PATH)|PIP_FIND_LINKS"));
    environment.putIfAbsent("RUSTUP_HOME", environment.get("HOME") + "/.rustup");
    environment.put("HOME", home.toString());
    environment.put("GOTOOLCHAIN", "local");
    environment.putAll(NO_RETRIES);
    environment.putAll(variables);
    try {
      return (builder.start().waitFor() == 0 ? "" : "FAILED: ") + Files.readString(log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The variables that the log of cache-fetch tells the build to set. */
  static Map<String, String> printed(String log) {
    Map<String, String> variables = new HashMap<>();
    for (MatchResult variable : VARIABLE.matcher(log).results().toList()) {
      variables.put(variable.group(1), variable.group(2));
    }
    assertThat(variables).isNotEmpty();
    return variables;
  }

  static void assumeInstalled(String program) {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, program))),
        program + " is not installed: its preset IS NOT TRIED");
  }
}
