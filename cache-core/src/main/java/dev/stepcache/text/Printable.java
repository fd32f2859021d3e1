package dev.stepcache.text;

/** Text from outside, made fit for a log line: nobody else's bytes may forge or hide one. */
public final class Printable {
  private static final int LONGEST = 500;

  private Printable() {}

  /**
   * The text with each control, format and line-separating character, and each lone surrogate, as
   * {@code \\uXXXX}, cut after 500 characters.
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 16);
    for (int at = 0; at < text.length(); ) {
      if (at >= LONGEST) {
        return shown.append("...").toString();
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
            shown.append(String.format("\\u%04x", point));
        default -> shown.appendCodePoint(point);
      }
    }
    return shown.toString();
  }
}
