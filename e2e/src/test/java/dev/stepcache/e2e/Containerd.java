package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What pulls and unpacks images on most nodes, as a process of its own with all it has in a folder
 * of the test. Wants root.
 */
final class Containerd implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private final List<Path> mounts = new ArrayList<>();

  /**
   * @param folder of a short name, since a socket lies in it
   */
  Containerd(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    Path config =
        Files.writeString(
            folder.resolve("config.toml"),
            """
            version = 2
            root = "%1$s/root"
            state = "%1$s/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "%1$s/sock"
            [plugins."io.containerd.internal.v1.opt"]
              path = "%1$s/opt"
            """
                .formatted(folder));
    process =
        new ProcessBuilder("containerd", "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    for (int tries = 0; tries < 300 && process.isAlive(); tries++) {
      if (run("version").exitValue() == 0) {
        return;
      }
      pause();
    }
    throw new AssertionError(
        "containerd did not start: " + Files.readString(folder.resolve("log")));
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Pulls an image over plain http, and mounts it read-only. */
  Path mount(String image) throws IOException {
    demand("images", "pull", "--plain-http", image);
    Path mount = Files.createDirectory(folder.resolve("mount" + mounts.size()));
    demand("images", "mount", image, mount.toString());
    mounts.add(mount);
    return mount;
  }

  /**
   * Pulls an image over plain http, and mounts it as a container has it.
   *
   * @param mount a folder that is there, which is hidden meanwhile
   * @return where what is written goes, while what was there stays in its layers
   */
  Path mountWritable(String image, Path mount) throws IOException {
    demand("images", "pull", "--plain-http", image);
    demand("images", "mount", "--rw", image, mount.toString());
    mounts.add(mount);
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ");
      if (fields[1].equals(mount.toString())) {
        return Path.of(fields[3].replaceFirst(".*upperdir=([^,]*).*", "$1"));
      }
    }
    throw new AssertionError(mount + " is not mounted");
  }

  /** Ends a mount, with all that was written to it. */
  void unmount(Path mount) throws IOException {
    demand("images", "unmount", "--rm", mount.toString());
    mounts.remove(mount);
  }

  private void demand(String... args) throws IOException {
    Process ctr = run(args);
    assertThat(ctr.exitValue()).as(Files.readString(folder.resolve("ctr.log"))).isZero();
  }

  private Process run(String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of("ctr", "--address", folder + "/sock"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("ctr.log").toFile())
        .start()
        .onExit()
        .join();
  }

  @Override
  public void close() throws IOException {
    for (Path mount : List.copyOf(mounts)) {
      unmount(mount);
    }
    process.destroy();
    process.onExit().join();
  }
}
