package dev.stepcache.cli.report;

import dev.stepcache.text.Printable;
import java.util.Locale;

/** Text in a page: whatever a store says stays text. */
final class Html {
  private Html() {}

  static String text(String text) {
    return Printable.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Two digits behind the point: so fine is no screen. */
  static String number(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }
}
