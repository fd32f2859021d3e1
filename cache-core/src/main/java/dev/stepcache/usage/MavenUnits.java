package dev.stepcache.usage;

import dev.stepcache.tree.EntryName;

/**
 * A version of an artifact: its folder. Of what a build resolves and does not open Maven reads at
 * least where it came from, which it keeps in the same folder.
 */
final class MavenUnits {
  private static final String SNAPSHOT = "SNAPSHOT";
  private static final String CAME_FROM = "_remote.repositories";

  private MavenUnits() {}

  static String of(String name) {
    String version = EntryName.parent(name);
    String artifact = EntryName.parent(version);
    if (EntryName.parent(artifact).isEmpty()) {
      return Units.NO_UNIT;
    }
    String file = last(name);
    return file.equals(CAME_FROM) || file.startsWith(last(artifact) + '-' + stem(last(version)))
        ? version
        : Units.NO_UNIT;
  }

  /** Of a snapshot the files may have a time in the place of its last word. */
  private static String stem(String version) {
    return version.endsWith(SNAPSHOT)
        ? version.substring(0, version.length() - SNAPSHOT.length())
        : version;
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
