package dev.stepcache.usage;

/**
 * Each content by itself: a package, or what a registry said of one. With a lock file npm finds a
 * package by its digest alone, and reads nothing of the index: so an entry of that is in no unit.
 * What it leads to and is gone, npm downloads again.
 */
final class NpmUnits {
  private static final String CONTENTS = "_cacache/content-v2/";

  private NpmUnits() {}

  static String of(String name) {
    int at = name.indexOf(CONTENTS);
    if (at < 0 || (at > 0 && name.charAt(at - 1) != '/')) {
      return Units.NO_UNIT;
    }
    String[] parts = name.substring(at + CONTENTS.length()).split("/", -1);
    boolean isContent =
        parts.length == 4
            && parts[0].startsWith("sha")
            && Hex.isOf(parts[1], 2)
            && Hex.isOf(parts[2], 2)
            && Hex.isOf(parts[3]);
    return isContent ? name : Units.NO_UNIT;
  }
}
