package dev.stepcache.key;

import java.util.List;

/**
 * Patterns of names below a folder that are left out of it, with all below them. One without a '/'
 * is a name at any depth; any other is relative to the folder. Wildcards are those of {@link
 * LockFilePatterns}; a '/' at the end makes it a pattern of folders only.
 */
public final class Excludes {
  /** No pattern: nothing is left out. */
  public static final Excludes NONE = new Excludes(List.of());

  private final List<Glob> globs;

  private Excludes(List<Glob> globs) {
    this.globs = globs;
  }

  /** Throws IllegalArgumentException that names the pattern and what is wrong with it. */
  public static Excludes parse(List<String> patterns) {
    return new Excludes(patterns.stream().map(Excludes::glob).toList());
  }

  private static Glob glob(String pattern) {
    if (pattern.startsWith("!")) {
      throw GlobName.mistake(
          pattern, "takes in again what another leaves out, which no exclude does");
    }
    boolean anchored = pattern.startsWith("/");
    String relative = anchored ? pattern.substring(1) : pattern;
    boolean oneName = relative.indexOf('/') < 0 || relative.indexOf('/') == relative.length() - 1;
    if (relative.endsWith("/**")) {
      relative = relative.substring(0, relative.length() - 2);
    }
    return Glob.parse(oneName && !anchored ? "**/" + relative : relative);
  }

  /**
   * Whether a name is left out, itself or by a folder above it.
   *
   * @param name components joined by '/'
   */
  public boolean match(String name, boolean folder) {
    if (globs.isEmpty()) {
      return false;
    }
    String[] components = name.split("/", -1);
    return globs.stream().anyMatch(glob -> matches(glob, components, folder));
  }

  private static boolean matches(Glob glob, String[] components, boolean folder) {
    long state = glob.start();
    for (int at = 0; at < components.length && state != 0; at++) {
      state = glob.next(state, components[at]);
      boolean isFolder = folder || at < components.length - 1;
      if (glob.complete(state) && (isFolder || !glob.foldersOnly())) {
        return true;
      }
    }
    return false;
  }
}
