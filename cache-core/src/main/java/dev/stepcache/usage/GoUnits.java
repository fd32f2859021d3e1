package dev.stepcache.usage;

import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.GoBuildCache;

/**
 * A version of a module: its folder, and what was downloaded of it, of which a build reads at least
 * the latter, though all that it compiles is cached. And each entry of the build cache by itself:
 * Go sets its times at each use, that of access too, and makes anew what is gone.
 */
final class GoUnits {
  private static final String DOWNLOADS = "cache/download/";
  private static final String VERSIONS = "/@v/";

  /** What stands behind a version in the name of what was downloaded of it. */
  private static final String[] KINDS = {".ziphash", ".info", ".lock", ".mod", ".zip"};

  private GoUnits() {}

  static String of(String name) {
    if (GoBuildCache.isEntry(name)) {
      return name;
    }
    String parent = EntryName.parent(name);
    if (GoBuildCache.isEntry(parent)) {
      return parent;
    }
    int downloads = downloads(name);
    return downloads < 0 ? inAFolder(name) : downloaded(name, downloads);
  }

  /** Where the folder begins in which Go keeps what it downloaded; negative outside of it. */
  private static int downloads(String name) {
    if (name.startsWith(DOWNLOADS)) {
      return 0;
    }
    int at = name.indexOf('/' + DOWNLOADS);
    return at < 0 ? at : at + 1;
  }

  private static String downloaded(String name, int downloads) {
    int versions = name.indexOf(VERSIONS, downloads);
    String file = versions < 0 ? "" : name.substring(versions + VERSIONS.length());
    for (String kind : KINDS) {
      if (file.endsWith(kind) && file.indexOf('/') < 0 && isVersion(file, 0)) {
        return name.substring(0, downloads)
            + name.substring(downloads + DOWNLOADS.length(), versions)
            + '@'
            + file.substring(0, file.length() - kind.length());
      }
    }
    return Units.NO_UNIT;
  }

  /** A module's folder is the first one that ends in a version. */
  private static String inAFolder(String name) {
    int at = name.indexOf('@');
    int end = name.indexOf('/', at + 1);
    return at > 0 && end > 0 && name.charAt(at - 1) != '/' && isVersion(name, at + 1)
        ? name.substring(0, end)
        : Units.NO_UNIT;
  }

  private static boolean isVersion(String text, int from) {
    return text.length() > from + 1
        && text.charAt(from) == 'v'
        && Character.digit(text.charAt(from + 1), 10) >= 0;
  }
}
