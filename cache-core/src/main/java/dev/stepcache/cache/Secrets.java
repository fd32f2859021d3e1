package dev.stepcache.cache;

import dev.stepcache.tree.EntryName;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names under which tools keep credentials. They count in the cache path itself and in the
 * folders right below it: that is where a home folder that is cached has them. Deeper down such
 * names are packages' own files.
 */
final class Secrets {
  private static final int LEVELS = 2;
  private static final Pattern MAVEN_SETTINGS = Pattern.compile("settings.*\\.xml");
  private static final Set<String> NAMES =
      Set.of(
          "credentials",
          "credentials.toml",
          ".npmrc",
          ".netrc",
          ".pypirc",
          ".git-credentials",
          ".docker/config.json");

  private Secrets() {}

  /** Whether a file or symlink of this name may hold credentials. */
  static boolean isNamed(EntryName name) {
    String left = name.value();
    for (int level = 1; level <= LEVELS; level++) {
      if (NAMES.contains(left)
          || (left.indexOf('/') < 0 && MAVEN_SETTINGS.matcher(left).matches())) {
        return true;
      }
      int slash = left.indexOf('/');
      if (slash < 0) {
        return false;
      }
      left = left.substring(slash + 1);
    }
    return false;
  }
}
