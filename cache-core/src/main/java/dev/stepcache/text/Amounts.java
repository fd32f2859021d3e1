package dev.stepcache.text;

import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

  private Amounts() {}

  /** Decimal units, as registries and disks count: {@code 1.2 MB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + (bytes == 1 ? " byte" : " bytes")
        : String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  /** A number of files, such as "1 file" or "13,578 files". */
  public static String files(long count) {
    return count == 1 ? "1 file" : String.format(Locale.ROOT, "%,d files", count);
  }

  /** A time, such as "0.3 s". */
  public static String seconds(long nanos) {
    double seconds = nanos / 1e9;
    return String.format(Locale.ROOT, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
  }
}
