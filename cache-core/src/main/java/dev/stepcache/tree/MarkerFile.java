package dev.stepcache.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file that we leave at the root of a cache path so that a tool takes no notice of what lies
 * there (docs/format.md, marker files). It is known by its name and its content: a file of that
 * name with other content is a build's, and is saved like any other.
 */
public enum MarkerFile {
  /**
   * Makes the cache path a Go module of its own, so that {@code ./...} of the module around it ends
   * there (go.dev/ref/mod, module paths). An empty file would do for that, but not for {@code go
   * work use -r}.
   */
  GO_MODULE(
      "go.mod",
      "go",
      """
      // Made by stepcache, so that ./... of the module around this folder leaves the cache out.
      // It is no part of the cache.
      module stepcache.invalid/cache
      """),

  /** Hides the cache path from git, and itself. */
  GIT_IGNORE(
      ".gitignore",
      "git",
      """
      # Made by stepcache, so that git takes no notice of the cache. It is no part of the cache.
      *
      """);

  private static final List<MarkerFile> ALL = List.of(values());

  private final String file;
  private final String tool;
  private final String content;

  MarkerFile(String file, String tool, String content) {
    this.file = file;
    this.tool = tool;
    this.content = content;
  }

  /** The marker file of a name; empty for all other names. */
  public static Optional<MarkerFile> named(String file) {
    for (MarkerFile marker : ALL) {
      if (marker.file.equals(file)) {
        return Optional.of(marker);
      }
    }
    return Optional.empty();
  }

  /** Its name, at the root of a cache path. */
  public String file() {
    return file;
  }

  /** The command that is to take no notice. */
  public String tool() {
    return tool;
  }

  /** All that stands in it. */
  public byte[] content() {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  /** In bytes. */
  public int size() {
    return content().length;
  }

  /** Whether a file of this name is ours. */
  public boolean isContent(byte[] other) {
    return Arrays.equals(content(), other);
  }
}
