package dev.stepcache.s3;

import dev.stepcache.s3.auth.AwsEnvironment;
import dev.stepcache.s3.auth.Profiles;
import java.net.URI;
import java.util.Optional;

/**
 * What settings leave open, as the environment and the profile say it, in the order of Amazon's own
 * programs. Throws IllegalArgumentException where they say nonsense.
 */
record S3Defaults(S3Settings given, AwsEnvironment environment, Profiles profiles) {
  private Optional<Profiles.Profile> profile() {
    return profiles.profile(
        given.profile().or(() -> environment.get("AWS_PROFILE")).orElse("default"));
  }

  /** The region in which the bucket is asked first. */
  String region() {
    return given
        .region()
        .or(() -> environment.get("AWS_REGION"))
        .or(() -> environment.get("AWS_DEFAULT_REGION"))
        .or(() -> profile().flatMap(profile -> profile.get("region")))
        .orElse(S3Address.DEFAULT_REGION);
  }

  /** The settings, with the endpoint and the switches that are said elsewhere. */
  S3Settings settings() {
    Optional<URI> endpoint =
        given.endpoint().or(() -> endpoint("s3", "S3").map(S3Settings::endpoint));
    return new S3Settings(
        given.region(),
        endpoint,
        given.profile(),
        given.anonymous(),
        given.fips() || environment.isTrue("AWS_USE_FIPS_ENDPOINT"),
        given.dualStack() || environment.isTrue("AWS_USE_DUALSTACK_ENDPOINT"),
        given.accelerate(),
        given.pathStyle(),
        given.plain(),
        given.encryption(),
        given.key(),
        given.retries(),
        given.checksums());
  }

  /** Where roles are taken. */
  URI tokenService() {
    String region = region();
    String fips =
        given.fips() || environment.isTrue("AWS_USE_FIPS_ENDPOINT") ? "sts-fips." : "sts.";
    String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return endpoint("sts", "STS")
        .map(S3Settings::endpoint)
        .orElseGet(() -> URI.create("https://" + fips + region + suffix));
  }

  private Optional<String> endpoint(String service, String variable) {
    if (environment.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
      return Optional.empty();
    }
    return environment
        .get("AWS_ENDPOINT_URL_" + variable)
        .or(() -> environment.get("AWS_ENDPOINT_URL"))
        .or(() ->
            profile()
                .flatMap(profile ->
                    profiles
                        .ofService(profile, service, "endpoint_url")
                        .or(() -> profile.get("endpoint_url"))));
  }
}
