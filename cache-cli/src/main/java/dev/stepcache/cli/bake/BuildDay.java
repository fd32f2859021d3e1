package dev.stepcache.cli.bake;

import dev.stepcache.oci.Tag;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * The day on which an image is made, in UTC: what is baked twice in a day of the same inputs is the
 * same image. {@code SOURCE_DATE_EPOCH} sets it (reproducible-builds.org), for what is to be baked
 * as on another day.
 */
record BuildDay(LocalDate day) {
  private static final String PLACEHOLDER = "{{date}}";

  static BuildDay of(Map<String, String> environment) {
    String epoch = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    Instant now =
        epoch.matches("[0-9]{1,11}") ? Instant.ofEpochSecond(Long.parseLong(epoch)) : Instant.now();
    return new BuildDay(LocalDate.ofInstant(now, ZoneOffset.UTC));
  }

  Instant start() {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** A tag with the day in it; throws IllegalArgumentException for what no tag may be. */
  Tag tag(String text) {
    return new Tag(text.replace(PLACEHOLDER, DateTimeFormatter.BASIC_ISO_DATE.format(day)));
  }
}
