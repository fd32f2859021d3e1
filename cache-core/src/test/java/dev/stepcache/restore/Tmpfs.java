package dev.stepcache.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder that is another file system where we may mount one, which needs root; else a plain one.
 */
public final class Tmpfs implements AutoCloseable {
  private final Path folder;
  private final boolean mounted;

  private Tmpfs(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  public static Tmpfs at(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new Tmpfs(folder, run("mount", "-t", "tmpfs", "tmpfs", folder.toString()));
  }

  public boolean isMounted() {
    return mounted;
  }

  private static boolean run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    // Lazily: what stands for a killed process may have folders open.
    if (mounted && !run("umount", "-l", folder.toString())) {
      throw new IOException("cannot be unmounted: " + folder);
    }
  }
}
