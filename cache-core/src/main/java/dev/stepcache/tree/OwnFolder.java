package dev.stepcache.tree;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The folder at the root of each cache path that is ours, {@code .stepcache}: its name, and the
 * names and modes of what lies in it (docs/format.md).
 */
public final class OwnFolder {
  /** What the folder is called; no entry of a tree is (docs/format.md). */
  public static final String NAME = ".stepcache";

  /** What the name of a staging folder begins with, and that of a file that is not whole yet. */
  public static final String STAGING_PREFIX = "staging-";

  /** What a rollback moves out of the way below the cache path begins with this. */
  public static final String SET_ASIDE_PREFIX = NAME + "-undone-";

  /** What a marker file is called, in the cache path itself, until all of it is written. */
  public static final String PARTIAL_PREFIX = NAME + "-partial-";

  /** As open as our folder is: the next step, which may be another user, tidies up. */
  public static final int STAGING_MODE = 0775;

  private static final Pattern STAGING = Pattern.compile(STAGING_PREFIX + "[0-9a-f]{16}");

  private OwnFolder() {}

  /** True for the names at and below our folder. */
  public static boolean holds(String name) {
    return name.startsWith(NAME)
        && (name.length() == NAME.length() || name.charAt(NAME.length()) == '/');
  }

  /** A name for a staging folder that nobody has. */
  public static String newStagingName() {
    return STAGING_PREFIX + digits();
  }

  /** A name for a marker file that is not whole yet, which nobody has. */
  public static String newPartialName() {
    return PARTIAL_PREFIX + digits();
  }

  private static String digits() {
    return String.format("%016x", UUID.randomUUID().getMostSignificantBits());
  }

  /** True for what {@link #newStagingName} makes. */
  public static boolean isStagingName(String name) {
    return STAGING.matcher(name).matches();
  }
}
