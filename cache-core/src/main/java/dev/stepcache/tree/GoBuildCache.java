package dev.stepcache.tree;

/**
 * The shape of a Go build cache: an entry is named by a hash, {@code <64 hex digits>-a} or {@code
 * -d}, and lies in a folder of the first two digits. Go names it by what it holds, and keeps in its
 * time only when it was last used: what was not used for five days is removed, and a use is noted
 * where the time is an hour old (cmd/go/internal/cache, cache.go).
 */
public final class GoBuildCache {
  private static final int HASH = 64;
  private static final int ENTRY = HASH + 2;
  private static final int FOLDER = 3;

  private GoBuildCache() {}

  /** Whether a name is that of an entry, which may be a file or, for a program, a folder. */
  public static boolean isEntry(String name) {
    int at = name.length() - ENTRY;
    int folder = at - FOLDER;
    if (folder < 0 || name.charAt(at + HASH) != '-') {
      return false;
    }
    char kind = name.charAt(at + HASH + 1);
    return (kind == 'a' || kind == 'd')
        && name.charAt(at - 1) == '/'
        && (folder == 0 || name.charAt(folder - 1) == '/')
        && name.startsWith(name.substring(at, at + 2), folder)
        && isHex(name, at, at + HASH);
  }

  private static boolean isHex(String name, int from, int to) {
    for (int at = from; at < to; at++) {
      char digit = name.charAt(at);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }
}
