package dev.stepcache.usage;

import dev.stepcache.tree.EntryName;

/**
 * A crate as it was downloaded, which each build unpacks that needs it. And what was compiled of a
 * crate in one way, which cargo knows by a hash: it reads the fingerprint of all that it finds
 * fresh, and not what was compiled, so that both are one unit.
 */
final class CargoUnits {
  private static final String DOWNLOADS = "registry/cache/";
  private static final String CRATE = ".crate";
  private static final int HASH = 16;

  private CargoUnits() {}

  static String of(String name) {
    return isDownload(name) ? name : compiled(name);
  }

  private static boolean isDownload(String name) {
    String folder = EntryName.parent(EntryName.parent(name)) + '/';
    return name.endsWith(CRATE) && (folder.equals(DOWNLOADS) || folder.endsWith('/' + DOWNLOADS));
  }

  /** By the first folder of those that cargo keeps below the one of a profile. */
  private static String compiled(String name) {
    int begin = 0;
    for (int end = name.indexOf('/'); end > 0; end = name.indexOf('/', begin)) {
      String folder = name.substring(begin, end);
      int next = name.indexOf('/', end + 1);
      String child = name.substring(end + 1, next < 0 ? name.length() : next);
      String hash =
          switch (folder) {
            case ".fingerprint", "build" -> next < 0 ? "" : hash(child);
            case "deps", "examples" -> hash(stem(child));
            default -> "";
          };
      if (begin > 0 && !hash.isEmpty()) {
        return name.substring(0, begin) + hash;
      }
      begin = end + 1;
    }
    return Units.NO_UNIT;
  }

  private static String stem(String file) {
    int dot = file.indexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  /** What stands behind the last dash; empty where that is no hash of cargo's. */
  private static String hash(String text) {
    String hash = text.substring(text.lastIndexOf('-') + 1);
    return hash.length() < text.length() && Hex.isOf(hash, HASH) ? hash : "";
  }
}
