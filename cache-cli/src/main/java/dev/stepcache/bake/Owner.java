package dev.stepcache.bake;

import dev.stepcache.archive.TarHeader;
import dev.stepcache.text.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose the files are that are packed for an image, by numbers: an image may name nobody. */
public record Owner(int uid, int gid) {
  /** Whoever an image names by 0, in each Linux. */
  public static final Owner ROOT = new Owner(0, 0);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,7})(?::([0-9]{1,7}))?");

  /** Reads {@code UID} or {@code UID:GID}; throws IllegalArgumentException for anything else. */
  public static Owner parse(String text) {
    Matcher numbers = FORM.matcher(text);
    if (!numbers.matches()) {
      throw new IllegalArgumentException("'" + Printable.of(text) + "': wants UID or UID:GID");
    }
    return new Owner(id(numbers.group(1)), numbers.group(2) == null ? 0 : id(numbers.group(2)));
  }

  private static int id(String digits) {
    int id = Integer.parseInt(digits);
    if (id > TarHeader.Stamp.LARGEST_ID) {
      throw new IllegalArgumentException(
          digits + " is over " + TarHeader.Stamp.LARGEST_ID + ", the largest in a tar");
    }
    return id;
  }
}
