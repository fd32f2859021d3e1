package dev.stepcache.store;

import dev.stepcache.text.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be the name of a bucket, by the rules of its service. Those of S3 are the widest that
 * any server has: buckets from before 2018 may have capital letters, underscores and 255
 * characters.
 */
final class BucketName {
  private static final int SHORTEST = 3;

  /**
   * The rules of a service.
   *
   * @param kind what the service calls a bucket
   * @param stranger a character that no name has
   * @param tooLong what no name has because of its length
   * @param ends what a name is as to its first and last characters
   * @param wanted all of that in words
   */
  private record Rules(
      String kind, Pattern stranger, Pattern tooLong, Pattern ends, String wanted) {
    private static Rules of(BucketService service) {
      return switch (service) {
        case S3 ->
            new Rules(
                "bucket",
                Pattern.compile("[^A-Za-z0-9._-]"),
                Pattern.compile(".{256}"),
                Pattern.compile("[A-Za-z0-9].*"),
                "3 to 63 lower-case letters, digits, dots and dashes");
        case GOOGLE ->
            new Rules(
                "bucket",
                Pattern.compile("[^a-z0-9._-]"),
                Pattern.compile(".{223}|[^.]{64}"),
                Pattern.compile("[a-z0-9].*[a-z0-9]"),
                "3 to 63 lower-case letters, digits, dashes, underscores and dots");
        case AZURE ->
            new Rules(
                "container",
                Pattern.compile("[^a-z0-9-]"),
                Pattern.compile(".{64}"),
                Pattern.compile("[a-z0-9].*[a-z0-9]"),
                "3 to 63 lower-case letters, digits and dashes");
      };
    }
  }

  private BucketName() {}

  /** Why no bucket of the service has that name, and the cure; empty where one may have it. */
  static Optional<String> mistake(BucketService service, String name) {
    int login = name.lastIndexOf('@');
    if (login >= 0) {
      return Optional.of(
          "no login stands in a reference: leave out what is before '@"
              + Printable.of(name.substring(login + 1))
              + "'");
    }
    Rules rules = Rules.of(service);
    return fault(name, rules)
        .map(fault ->
            "'"
                + Printable.of(name)
                + "' is no name of a "
                + rules.kind
                + ", since it "
                + fault
                + ": wants "
                + rules.wanted);
  }

  private static Optional<String> fault(String name, Rules rules) {
    Matcher stranger = rules.stranger.matcher(name);
    if (stranger.find()) {
      int character = name.codePointAt(stranger.start());
      return Optional.of(
          Character.isUpperCase(character)
              ? "has capital letters"
              : "has '" + Printable.of(Character.toString(character)) + "' in it");
    }
    if (name.length() < SHORTEST) {
      return Optional.of("is too short");
    }
    if (rules.tooLong.matcher(name).find()) {
      return Optional.of("is too long");
    }
    return rules.ends.matcher(name).matches()
        ? Optional.empty()
        : Optional.of("begins or ends with no letter or digit");
  }
}
