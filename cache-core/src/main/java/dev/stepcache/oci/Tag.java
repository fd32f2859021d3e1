package dev.stepcache.oci;

import dev.stepcache.text.Printable;
import java.util.regex.Pattern;

/**
 * A tag as the distribution specification allows it: 1 to 128 of {@code [A-Za-z0-9_.-]}, not
 * beginning with a dot or a dash.
 */
public record Tag(String value) implements TagOrDigest {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  public Tag {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "tag '"
              + Printable.of(value)
              + "': wants 1 to 128 letters, digits, '_', '.' or '-', beginning with none of the"
              + " last two");
    }
  }

  @Override
  public String suffix() {
    return ":" + value;
  }

  @Override
  public String toString() {
    return value;
  }
}
