package dev.stepcache.azure;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What may stand behind an {@code azblob://} URL, in the words of Go CDK's azureblob: {@code
 * storage_account}, {@code domain}, {@code protocol}, {@code cdn} and {@code localemu}, each of
 * which has a variable of the environment besides.
 */
public final class AzureParameters {
  static final String ACCOUNT = "storage_account";
  static final String DOMAIN = "domain";
  static final String PROTOCOL = "protocol";
  static final String CDN = "cdn";
  static final String EMULATOR = "localemu";

  private static final Map<String, String> VARIABLES =
      Map.of(
          ACCOUNT, "AZURE_STORAGE_ACCOUNT",
          DOMAIN, "AZURE_STORAGE_DOMAIN",
          PROTOCOL, "AZURE_STORAGE_PROTOCOL",
          CDN, "AZURE_STORAGE_IS_CDN",
          EMULATOR, "AZURE_STORAGE_IS_LOCAL_EMULATOR");

  /** All that may stand behind the URL. */
  public static final Set<String> NAMES = VARIABLES.keySet();

  /** Go CDK's own, of all buckets. */
  private static final Set<String> IN_THE_REFERENCE = Set.of("prefix", "key");

  private static final Set<String> YES = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> NO = Set.of("0", "f", "F", "FALSE", "false", "False");

  private final Map<String, String> values = new TreeMap<>();

  /**
   * @param parameters in which {@link #mistake} finds none; they go before the environment
   */
  AzureParameters(Map<String, String> parameters, Map<String, String> environment) {
    VARIABLES.forEach((name, variable) -> {
      String value = parameters.getOrDefault(name, environment.getOrDefault(variable, ""));
      if (!value.isEmpty()) {
        values.put(name, value);
      }
    });
  }

  /** What is wrong with parameters, for people; empty if nothing is. */
  public static Optional<String> mistake(Map<String, String> parameters) {
    for (String name : new TreeSet<>(parameters.keySet())) {
      if (IN_THE_REFERENCE.contains(name)) {
        return Optional.of("'" + name + "' does not work here: write it into the reference's path");
      }
      if (!NAMES.contains(name)) {
        return Optional.of(
            "'"
                + name
                + "' is not known of azblob://, which has "
                + String.join(", ", new TreeSet<>(NAMES)));
      }
    }
    for (String name : new String[] {CDN, EMULATOR}) {
      String value = parameters.getOrDefault(name, "");
      if (!value.isEmpty() && !YES.contains(value) && !NO.contains(value)) {
        return Optional.of("'" + name + "' wants true or false");
      }
    }
    String protocol = parameters.getOrDefault(PROTOCOL, "");
    return Set.of("", "http", "https").contains(protocol)
        ? Optional.empty()
        : Optional.of("'protocol' wants http or https");
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  boolean flag(String name) {
    return YES.contains(values.getOrDefault(name, ""));
  }
}
