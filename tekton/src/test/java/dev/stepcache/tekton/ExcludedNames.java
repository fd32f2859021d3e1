package dev.stepcache.tekton;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files as a package may ship them, each at a place that some preset leaves out of its own tree.
 */
final class ExcludedNames {
  private static final List<String> ALL =
      List.of(
          ".package-cache",
          ".tmp/x",
          "_logs/x",
          "_update-notifier-last-checked",
          "a.lock",
          "cache/bundler/git/x",
          "cache/lock",
          "cache/v6/.tmp/x",
          "caches/a.lock",
          "caches/a/b.lock",
          "caches/a/b/c.lock",
          "daemon/x",
          "debug/incremental/x",
          "home/.package-cache",
          "home/git/checkouts/x",
          "home/registry/src/x",
          "incremental/x",
          "index.json.lock",
          "ingest/x",
          "mod/cache/lock",
          "notifications/x",
          "release/incremental/x",
          "repository/a/resolver-status.properties",
          "repository/a/x.jar.1.part",
          "repository/a/x.jar.lastUpdated",
          "resolver-status.properties",
          "ruby/3.1.0/cache/bundler/git/x",
          "selfcheck/x",
          "target/a-b/debug/incremental/x",
          "target/debug/incremental/x",
          "vcs/x",
          "virtualenvs/x",
          "workers/x",
          "x.jar.1.part",
          "x.lastUpdated");

  private ExcludedNames() {}

  /** The files, each with its own name in it. */
  static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    ALL.forEach(name -> files.put(name, name.getBytes(StandardCharsets.UTF_8)));
    return files;
  }

  static void write(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }

  /** A shell's command that fails for the first of them that is not whole. */
  static String areIn(String folder) {
    return "cd %s && for name in %s; do test \"$(cat $name)\" = $name || { echo \"$name is not whole\"; exit 1; }; done"
        .formatted(folder, String.join(" ", ALL));
  }
}
