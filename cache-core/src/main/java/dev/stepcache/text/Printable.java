package dev.stepcache.text;

import java.util.Locale;

/** Text from outside, made fit for a log line: nobody else's bytes may forge or hide one. */
public final class Printable {
  private static final int LONGEST = 500;
  private static final int LONGEST_NAME = 200;

  private Printable() {}

  /**
   * The text with each control, format and line-separating character, and each lone surrogate, as
   * {@code \\uXXXX}, cut after 500 characters.
   */
  public static String of(String text) {
    return cut(text, LONGEST);
  }

  /** The same of a name, cut after 200 characters. */
  public static String name(String name) {
    return cut(name, LONGEST_NAME);
  }

  /** The same, never cut: for commands, and for what is known to be short. */
  public static String uncut(String text) {
    return cut(text, Integer.MAX_VALUE);
  }

  private static String cut(String text, int most) {
    StringBuilder printable = new StringBuilder(Math.min(text.length(), most) + 16);
    int points = 0;
    for (int at = 0; at < text.length(); points++) {
      if (points == most) {
        return printable.append("...").toString();
      }
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      switch (Character.getType(point)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            printable.append(String.format(Locale.ROOT, "\\u%04x", point));
        default -> printable.appendCodePoint(point);
      }
    }
    return printable.toString();
  }
}
