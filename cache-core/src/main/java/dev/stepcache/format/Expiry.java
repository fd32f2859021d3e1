package dev.stepcache.format;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How long after it was pushed an image may be deleted, as the image itself says (docs/format.md,
 * the image). A registry that knows the label deletes the tag then; others take no notice.
 *
 * @param text a number of hours, days or weeks: {@code 12h}, {@code 14d}, {@code 2w}
 */
public record Expiry(String text) {
  /** Quay's label (docs.projectquay.io, tag expiration), and the same as an annotation. */
  private static final String QUAY = "quay.expires-after";

  private static final String OURS = "dev.stepcache.expires-after";
  private static final Pattern TIME = Pattern.compile("[1-9][0-9]{0,4}[hdw]");

  /** Empty where a text is no such time. */
  public static Optional<Expiry> parse(String text) {
    return TIME.matcher(text).matches() ? Optional.of(new Expiry(text)) : Optional.empty();
  }

  /** What a manifest says of it, by ours or Quay's annotation; empty where it says nothing. */
  public static Optional<Expiry> in(Map<String, String> annotations) {
    return Optional.ofNullable(annotations.getOrDefault(OURS, annotations.get(QUAY)))
        .flatMap(Expiry::parse);
  }

  Map<String, String> labels() {
    return Map.of(QUAY, text);
  }

  Map<String, String> annotations() {
    return new TreeMap<>(Map.of(OURS, text, QUAY, text));
  }
}
