package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The programs of this machine, which some tests need. */
final class Programs {
  private Programs() {}

  static void assumeInstalled(String... programs) {
    for (String program : programs) {
      assumeTrue(
          Arrays.stream(System.getenv("PATH").split(":"))
              .anyMatch(path -> Files.isExecutable(Path.of(path, program))),
          program + " is not installed: this sample's build DOES NOT RUN");
    }
  }

  /** As which a process may change roots and give files away. */
  static void assumeRoot() {
    assumeTrue(
        Files.isWritable(Path.of("/proc/self/oom_score_adj"))
            && System.getProperty("user.name").equals("root"),
        "only root runs this sample's tool: this sample's build DOES NOT RUN");
  }

  /** Some containers' root may not. */
  static void assumeMounts() throws IOException, InterruptedException {
    assumeInstalled("unshare", "mount");
    Process mount =
        new ProcessBuilder(inNamespaces("sh", "-c", "mount -t tmpfs tmpfs /tmp"))
            .redirectErrorStream(true)
            .start();
    mount.getInputStream().readAllBytes();
    assumeTrue(
        mount.waitFor() == 0, "nothing may be mounted here: this sample's build DOES NOT RUN");
  }

  /**
   * A command whose mounts and processes nobody else sees, and which end with it.
   *
   * @param command the first process in it
   */
  static List<String> inNamespaces(String... command) {
    String[] unshare = {
      "unshare",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "--propagation",
      "private"
    };
    return Stream.concat(Arrays.stream(unshare), Arrays.stream(command)).toList();
  }

  /** Runs what must succeed, and returns what it printed. */
  static String run(Path directory, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(log).isZero();
    return log;
  }
}
