package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepcache.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A test of images in a registry that a node's containerd unpacks and mounts. */
abstract class ContainerdCase {
  /** Removed below: what Go and containerd leave is not writable. */
  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  RealRegistry registry;
  Containerd containerd;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "only root mounts: this DOES NOT RUN");
    registry = RealRegistry.open(folder);
    containerd = new Containerd(folder.resolve("c"));
  }

  @AfterEach
  void stop() throws IOException {
    if (containerd != null) {
      containerd.close();
    }
    if (registry != null) {
      registry.close();
    }
    run(folder, Map.of(), "chmod", "-R", "u+w", folder.toString());
    run(folder.getParent(), Map.of(), "rm", "-rf", folder.toString());
  }

  /** Runs it to its end, which is a success, and returns all that it said. */
  static String run(Path folder, Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectErrorStream(true).environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as(said).isZero();
    return said;
  }
}
