package dev.stepcache.connect;

import dev.stepcache.azure.AzureParameters;
import dev.stepcache.gcs.GoogleParameters;
import dev.stepcache.store.BucketService;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How buckets are reached, besides what holds for all stores.
 *
 * @param parameters what stands behind a bucket's URL, such as region and endpoint
 * @param awsConfig the one file of AWS profiles, where it is named; absolute, not looked at
 * @param awsCredentials the same of AWS credentials
 * @param googleCredentials the one file of a Google account, where it is named; absolute, not
 *     looked at
 */
public record BucketSettings(
    Map<String, String> parameters,
    Optional<Path> awsConfig,
    Optional<Path> awsCredentials,
    Optional<Path> googleCredentials) {
  /** Nothing is said: each service's usual places and defaults. */
  public static final BucketSettings NONE =
      new BucketSettings(Map.of(), Optional.empty(), Optional.empty(), Optional.empty());

  public BucketSettings {
    parameters = Map.copyOf(parameters);
  }

  /** What is wrong with the parameters for a service, for people; empty if nothing is. */
  public Optional<String> objection(BucketService service) {
    return switch (service) {
      case S3 -> Optional.empty();
      case GOOGLE -> GoogleParameters.objection(parameters);
      case AZURE -> AzureParameters.objection(parameters);
    };
  }

  /**
   * Reads {@code ?region=eu-west-1&endpoint=...}, as a URL has it; the question mark may be left
   * out.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : query.strip().replaceFirst("^\\?", "").split("&", -1)) {
      if (pair.isBlank()) {
        continue;
      }
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("'" + pair + "' is no name=value");
      }
      String name = decoded(pair.substring(0, equals));
      if (parameters.put(name, decoded(pair.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("'" + name + "' is given twice");
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
