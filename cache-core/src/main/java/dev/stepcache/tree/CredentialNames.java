package dev.stepcache.tree;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names under which tools keep credentials. They count in the cache path itself and in the
 * folders right below it: that is where a home folder that is cached has them. Deeper down such
 * names are packages' own files.
 */
public final class CredentialNames {
  private static final int LEVELS = 2;
  private static final Set<String> NAMES =
      Set.of(
          "credentials",
          "credentials.toml",
          ".npmrc",
          ".netrc",
          ".pypirc",
          ".git-credentials",
          ".docker/config.json");

  private static final Set<String> LAST_COMPONENTS =
      NAMES.stream().map(name -> new EntryName(name).lastComponent()).collect(Collectors.toSet());

  private CredentialNames() {}

  /** Whether any such name has this last component: of hardly an entry the name has to be made. */
  public static boolean mayEndIn(String component) {
    return LAST_COMPONENTS.contains(component) || isMavenSettings(component);
  }

  private static boolean isMavenSettings(String name) {
    return name.startsWith("settings") && name.endsWith(".xml");
  }

  /** Whether a file or symlink of this name may hold credentials. */
  public static boolean isNamed(EntryName name) {
    String left = name.value();
    for (int level = 1; level <= LEVELS; level++) {
      if (NAMES.contains(left) || (left.indexOf('/') < 0 && isMavenSettings(left))) {
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
