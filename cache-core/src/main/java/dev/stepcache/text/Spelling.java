package dev.stepcache.text;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant who wrote a word that is none of those that are known. */
public final class Spelling {
  private Spelling() {}

  /** The word that the fewest changed letters lead to, if these are not most of its letters. */
  public static Optional<String> nearest(String wrong, List<String> known) {
    return known.stream()
        .filter(word -> distance(wrong, word) <= word.length() / 2)
        .min(Comparator.comparingInt(word -> distance(wrong, word)));
  }

  /** Levenshtein's, whatever the case. */
  private static int distance(String left, String right) {
    String from = left.toLowerCase(Locale.ROOT);
    String to = right.toLowerCase(Locale.ROOT);
    int[] row = new int[to.length() + 1];
    for (int at = 0; at < row.length; at++) {
      row[at] = at;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
