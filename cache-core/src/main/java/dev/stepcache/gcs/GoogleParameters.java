package dev.stepcache.gcs;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What may stand behind a {@code gs://} URL, in the words of Go CDK's gcsblob, which the peer uses:
 * {@code anonymous}, {@code universe_domain}, and {@code access_id} and {@code private_key_path},
 * which only sign URLs that neither of us makes: all but the access ID {@code -}, which is another
 * word for anonymous.
 *
 * @param universe the domain of the cloud that it is: {@code googleapis.com} if none is given
 */
public record GoogleParameters(boolean anonymous, Optional<String> universe) {
  private static final String ANONYMOUS = "anonymous";
  private static final String ACCESS_ID = "access_id";
  private static final String UNIVERSE_DOMAIN = "universe_domain";

  /** All that may stand behind the URL. */
  public static final Set<String> NAMES =
      Set.of(ANONYMOUS, ACCESS_ID, UNIVERSE_DOMAIN, "private_key_path");

  /** Go CDK's own, of all buckets. */
  private static final Set<String> IN_THE_REFERENCE = Set.of("prefix", "key");

  private static final Set<String> YES = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> NO = Set.of("0", "f", "F", "FALSE", "false", "False");
  private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");

  /** Reads those in which {@link #mistake} finds none. */
  static GoogleParameters of(Map<String, String> parameters) {
    return new GoogleParameters(
        YES.contains(parameters.getOrDefault(ANONYMOUS, ""))
            || parameters.getOrDefault(ACCESS_ID, "").equals("-"),
        Optional.of(parameters.getOrDefault(UNIVERSE_DOMAIN, ""))
            .filter(domain -> !domain.isEmpty()));
  }

  /** What is wrong with them, for people; empty if nothing is. */
  public static Optional<String> mistake(Map<String, String> parameters) {
    for (String name : new TreeSet<>(parameters.keySet())) {
      if (IN_THE_REFERENCE.contains(name)) {
        return Optional.of("'" + name + "' does not work here: write it into the reference's path");
      }
      if (!NAMES.contains(name)) {
        return Optional.of(
            "'" + name + "' is not known of gs://, which has " + String.join(", ", sorted()));
      }
    }
    String anonymous = parameters.getOrDefault(ANONYMOUS, "");
    if (!anonymous.isEmpty() && !YES.contains(anonymous) && !NO.contains(anonymous)) {
      return Optional.of("'anonymous' wants true or false");
    }
    String universe = parameters.getOrDefault(UNIVERSE_DOMAIN, "");
    return universe.isEmpty() || DOMAIN.matcher(universe).matches()
        ? Optional.empty()
        : Optional.of("'universe_domain' wants a domain, such as googleapis.com");
  }

  private static Set<String> sorted() {
    return new TreeSet<>(NAMES);
  }
}
