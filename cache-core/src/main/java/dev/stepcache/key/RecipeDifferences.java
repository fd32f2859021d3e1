package dev.stepcache.key;

import dev.stepcache.text.Amounts;
import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What differs between two recipes, in the words of people. */
public final class RecipeDifferences {
  private RecipeDifferences() {}

  /**
   * A line for each difference: "go.sum changed (1.2 kB -> 1.3 kB)", "web/package.json is new",
   * "the platform was linux/arm64"... Empty when nothing that is part of a key differs; the
   * template is none.
   */
  public static List<String> between(KeyRecipe older, KeyRecipe newer) {
    List<String> lines = new ArrayList<>();
    if (!older.platform().equals(newer.platform())) {
      lines.add(
          "the platform was " + platform(older.platform()) + ", now " + platform(newer.platform()));
    }
    extras(older.extras(), newer.extras(), lines);
    files(older.files(), newer.files(), lines);
    return lines;
  }

  private static String platform(Optional<String> platform) {
    return platform.orElse("left out");
  }

  private static void extras(List<String> older, List<String> newer, List<String> lines) {
    if (older.size() != newer.size()) {
      lines.add("there were " + older.size() + " extra strings, now " + newer.size());
      return;
    }
    for (int at = 0; at < older.size(); at++) {
      if (!older.get(at).equals(newer.get(at))) {
        lines.add("extra string " + (at + 1) + " changed");
      }
    }
  }

  private static void files(List<LockFile> older, List<LockFile> newer, List<String> lines) {
    int old = 0;
    int now = 0;
    while (old < older.size() || now < newer.size()) {
      int order =
          old == older.size()
              ? 1
              : now == newer.size()
                  ? -1
                  : EntryName.compare(older.get(old).name(), newer.get(now).name());
      if (order < 0) {
        lines.add(Printable.name(older.get(old++).name()) + " is gone");
      } else if (order > 0) {
        lines.add(Printable.name(newer.get(now++).name()) + " is new");
      } else {
        LockFile before = older.get(old++);
        LockFile after = newer.get(now++);
        if (!before.equals(after)) {
          lines.add(Printable.name(after.name()) + " changed (" + sizes(before, after) + ")");
        }
      }
    }
  }

  private static String sizes(LockFile before, LockFile after) {
    if (before.length() == after.length()) {
      return Amounts.bytes(after.length()) + " as before";
    }
    String old = Amounts.bytes(before.length());
    String now = Amounts.bytes(after.length());
    return old.equals(now)
        ? before.length() + " -> " + after.length() + " bytes"
        : old + " -> " + now;
  }
}
