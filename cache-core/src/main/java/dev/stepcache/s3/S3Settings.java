package dev.stepcache.s3;

import java.math.BigInteger;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How an S3 bucket is reached, by the names and values that Go CDK's {@code s3blob} takes behind a
 * URL, so that what the peer's users wrote holds here too.
 *
 * @param region where the bucket lies; else the environment or a profile says it
 * @param endpoint of what is not Amazon's own, or one of its private addresses
 * @param profile of AWS's files
 * @param anonymous whether nothing is signed
 * @param fips whether Amazon's hosts of FIPS 140 are asked
 * @param dualStack whether Amazon's hosts that have IPv6 too are asked
 * @param accelerate whether Amazon's edge locations are asked
 * @param pathStyle whether the bucket stands in the path, or in the host's name; else as the
 *     endpoint wants it
 * @param plain whether Amazon's host is asked without TLS
 * @param encryption of what is written: {@code AES256}, {@code aws:kms} or {@code aws:kms:dsse}
 * @param key of KMS for it
 * @param retries how many requests may fail in a row, where that is said
 * @param checksums whether each object is written with a checksum that S3 keeps
 */
public record S3Settings(
    Optional<String> region,
    Optional<URI> endpoint,
    Optional<String> profile,
    boolean anonymous,
    boolean fips,
    boolean dualStack,
    boolean accelerate,
    Optional<Boolean> pathStyle,
    boolean plain,
    Optional<String> encryption,
    Optional<String> key,
    Optional<Integer> retries,
    boolean checksums) {
  /** All that may stand behind the URL. */
  public static final List<String> NAMES =
      List.of(
          "accelerate",
          "anonymous",
          "awssdk",
          "disable_https",
          "dualstack",
          "endpoint",
          "fips",
          "hostname_immutable",
          "kmskeyid",
          "profile",
          "rate_limiter_capacity",
          "region",
          "request_checksum_calculation",
          "response_checksum_validation",
          "s3ForcePathStyle",
          "ssetype",
          "use_path_style");

  private static final Set<String> ENCRYPTIONS = Set.of("AES256", "aws:kms", "aws:kms:dsse");

  /** What the bucket of tokens pays for a retry, in Amazon's own programs. */
  private static final int COST_OF_A_RETRY = 5;

  /** Reads them; throws IllegalArgumentException that says what is wrong, and the cure. */
  public static S3Settings of(Map<String, String> parameters) {
    Values values = new Values(parameters);
    for (String name : parameters.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "'" + name + "' is no parameter of s3: known are " + String.join(", ", NAMES));
      }
    }
    values.choice("awssdk", Set.of("v1", "v2"));
    // Each blob is verified by its digest in any case.
    values.choice("response_checksum_validation", Set.of("when_supported", "when_required"));
    Optional<String> checksums =
        values.choice("request_checksum_calculation", Set.of("when_supported", "when_required"));
    Optional<URI> endpoint = values.text("endpoint").map(S3Settings::endpoint);
    boolean immutable = values.flag("hostname_immutable").orElse(false);
    if (immutable && endpoint.isEmpty()) {
      throw new IllegalArgumentException(
          "hostname_immutable is of a host that endpoint names: give endpoint too, or leave it out");
    }
    S3Settings settings =
        new S3Settings(
            values.text("region"),
            endpoint,
            values.text("profile"),
            values.flag("anonymous").orElse(false),
            values.flag("fips").orElse(false),
            values.flag("dualstack").orElse(false),
            values.flag("accelerate").orElse(false),
            immutable ? Optional.of(true) : pathStyle(values),
            values.flag("disable_https").orElse(false),
            values.text("ssetype").map(S3Settings::encryption),
            values.text("kmskeyid"),
            values.text("rate_limiter_capacity").flatMap(S3Settings::retries),
            checksums.equals(Optional.of("when_supported")));
    settings.check();
    return settings;
  }

  /** What is wrong with such parameters, and the cure; empty if nothing is. */
  public static Optional<String> mistake(Map<String, String> parameters, boolean insecure) {
    try {
      S3Settings settings = of(parameters);
      return insecure || !settings.isPlain()
          ? Optional.empty()
          : Optional.of(
              settings.plain
                  ? "disable_https leaves out TLS: leave it out, or set INSECURE to true"
                  : "endpoint is plain http: write https://, or set INSECURE to true");
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private boolean isPlain() {
    return endpoint.map(S3Settings::isPlain).orElse(plain);
  }

  static boolean isPlain(URI endpoint) {
    return endpoint.getScheme().equals("http");
  }

  private void check() {
    if (accelerate && (endpoint.isPresent() || fips || pathStyle.orElse(false))) {
      throw new IllegalArgumentException(
          "accelerate is a host of Amazon's own, without endpoint, fips and use_path_style:"
              + " leave one of them out");
    }
    if (key.isPresent() && encryption.orElse("").equals("AES256")) {
      throw new IllegalArgumentException(
          "kmskeyid is a key of KMS: write ssetype=aws:kms, or leave it out");
    }
  }

  private static Optional<Boolean> pathStyle(Values values) {
    Optional<Boolean> older = values.flag("s3ForcePathStyle");
    Optional<Boolean> style = values.flag("use_path_style").or(() -> older);
    if (older.isPresent() && !older.equals(style)) {
      throw new IllegalArgumentException(
          "s3ForcePathStyle is the older name of use_path_style, and they differ: leave one out");
    }
    return style;
  }

  /** An endpoint, as the environment and profiles name one too. */
  static URI endpoint(String text) {
    URI uri;
    try {
      uri = URI.create(text.strip().replaceFirst("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw notAnEndpoint(text);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean usable =
        (scheme.equals("http") || scheme.equals("https"))
            && uri.getRawAuthority() != null
            && uri.getRawAuthority().indexOf('@') < 0
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!usable) {
      throw notAnEndpoint(text);
    }
    String authority = uri.getRawAuthority().toLowerCase(Locale.ROOT);
    return URI.create(scheme + "://" + authority + uri.getRawPath());
  }

  private static IllegalArgumentException notAnEndpoint(String text) {
    boolean secret = text.indexOf('@') >= 0;
    return new IllegalArgumentException(
        "endpoint"
            + (secret ? "" : " '" + text + "'")
            + " is no URL of a server: wants such as https://s3.example.com");
  }

  private static String encryption(String text) {
    return ENCRYPTIONS.stream()
        .filter(text::equals)
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "ssetype '" + text + "' is none: write AES256, aws:kms or aws:kms:dsse"));
  }

  private static Optional<Integer> retries(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("rate_limiter_capacity '" + text + "' is no whole number");
    }
    int capacity = new BigInteger(text).intValueExact();
    return capacity == 0 ? Optional.empty() : Optional.of(1 + capacity / COST_OF_A_RETRY);
  }

  /** As they were written; an empty one is not given. */
  private record Values(Map<String, String> parameters) {
    Optional<String> text(String name) {
      return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    /** By the words that Go takes for a boolean. */
    Optional<Boolean> flag(String name) {
      return text(name)
          .map(value ->
              switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> true;
                case "0", "f", "F", "false", "FALSE", "False" -> false;
                default ->
                    throw new IllegalArgumentException(
                        name + " '" + value + "' is no boolean: write true or false");
              });
    }

    Optional<String> choice(String name, Set<String> known) {
      Optional<String> value = text(name).map(text -> text.toLowerCase(Locale.ROOT));
      if (value.isPresent() && !known.contains(value.get())) {
        throw new IllegalArgumentException(
            name
                + " '"
                + value.get()
                + "' is none of "
                + String.join(", ", known.stream().sorted().toList()));
      }
      return value;
    }
  }
}
