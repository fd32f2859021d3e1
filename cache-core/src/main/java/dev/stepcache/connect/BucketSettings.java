package dev.stepcache.connect;

import dev.stepcache.azure.AzureParameters;
import dev.stepcache.gcs.GoogleParameters;
import dev.stepcache.s3.S3Settings;
import dev.stepcache.store.BucketService;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

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

  /**
   * What is wrong with the parameters for buckets of these services, and the cure. Each service is
   * given those that it knows: one that none of them knows is wrong.
   */
  public Optional<String> mistake(Set<BucketService> services, boolean insecure) {
    for (BucketService service : services) {
      Map<String, String> own = new TreeMap<>(parameters);
      own.keySet()
          .removeIf(name ->
              !isKnown(service, name) && services.stream().anyMatch(other -> isKnown(other, name)));
      Optional<String> mistake =
          switch (service) {
            case S3 -> S3Settings.mistake(own, insecure);
            case GOOGLE -> GoogleParameters.mistake(own);
            case AZURE -> AzureParameters.mistake(own);
          };
      if (mistake.isPresent()) {
        return mistake;
      }
    }
    return Optional.empty();
  }

  /** Those for buckets of a service: one that only others know is for buckets of theirs. */
  Map<String, String> parametersOf(BucketService service) {
    Map<String, String> own = new TreeMap<>(parameters);
    own.keySet()
        .removeIf(name ->
            !isKnown(service, name)
                && Stream.of(BucketService.values()).anyMatch(other -> isKnown(other, name)));
    return own;
  }

  private static boolean isKnown(BucketService service, String name) {
    return switch (service) {
      case S3 -> S3Settings.NAMES.contains(name);
      case GOOGLE -> GoogleParameters.NAMES.contains(name);
      case AZURE -> AzureParameters.NAMES.contains(name);
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
