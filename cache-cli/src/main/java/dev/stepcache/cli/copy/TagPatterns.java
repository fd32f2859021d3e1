package dev.stepcache.cli.copy;

import dev.stepcache.key.Excludes;
import dev.stepcache.oci.Tag;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tags by name or by pattern: {@code *} is any characters, {@code ?} is one. */
record TagPatterns(List<String> patterns) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.*?-]{1,128}");

  /** Throws IllegalArgumentException for characters that no tag has. */
  TagPatterns {
    patterns = List.copyOf(patterns);
    for (String pattern : patterns) {
      if (!FORM.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            "'" + pattern + "' fits no tag: letters, digits, '_', '.', '-', and * and ?");
      }
      Excludes _ = Excludes.parse(List.of(pattern));
    }
  }

  /** Those that fit any of the patterns; all where there is none. */
  List<Tag> of(Collection<Tag> tags) {
    return patterns.isEmpty()
        ? List.copyOf(tags)
        : tags.stream().filter(tag -> patterns.stream().anyMatch(one -> fits(one, tag))).toList();
  }

  /** A pattern that fits none. */
  Optional<String> idle(Collection<Tag> tags) {
    return patterns.stream()
        .filter(pattern -> tags.stream().noneMatch(tag -> fits(pattern, tag)))
        .findFirst();
  }

  private static boolean fits(String pattern, Tag tag) {
    return Excludes.parse(List.of(pattern)).match(tag.value(), false);
  }
}
