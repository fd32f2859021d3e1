package dev.stepcache.s3;

import dev.stepcache.s3.auth.AwsEscapes;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a bucket is asked, and in which region its requests are signed.
 *
 * @param base of the URLs of its objects, without a slash at its end
 */
record S3Address(URI base, String region) {
  /** Whoever lies elsewhere and says nothing is told by S3 where the bucket is. */
  static final String DEFAULT_REGION = "us-east-1";

  /** What a certificate of {@code *.s3.amazonaws.com} is good for. */
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

  /** The address of a bucket, by settings whose endpoint and region are known. */
  static S3Address of(String bucket, S3Settings settings, String region) {
    boolean hosted = HOST_NAME.matcher(bucket).matches();
    if (settings.endpoint().isPresent()) {
      URI endpoint = settings.endpoint().get();
      boolean path = settings.pathStyle().orElse(true) || !hosted;
      return in(
          endpoint.getScheme(),
          endpoint.getRawAuthority(),
          endpoint.getRawPath(),
          path,
          bucket,
          region);
    }
    boolean path = !settings.accelerate() && (settings.pathStyle().orElse(false) || !hosted);
    return in(
        settings.plain() ? "http" : "https", host(settings, region), "", path, bucket, region);
  }

  private static String host(S3Settings settings, String region) {
    String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    String stack = settings.dualStack() ? ".dualstack" : "";
    return settings.accelerate()
        ? "s3-accelerate" + stack + suffix
        : "s3" + (settings.fips() ? "-fips" : "") + stack + "." + region + suffix;
  }

  private static S3Address in(
      String scheme, String authority, String root, boolean path, String bucket, String region) {
    String base =
        path
            ? scheme + "://" + authority + root + "/" + AwsEscapes.text(bucket)
            : scheme + "://" + bucket + "." + authority + root;
    return new S3Address(URI.create(base), region);
  }

  /** The URL of an object. */
  URI object(String name, Map<String, String> query) {
    return uri("/" + AwsEscapes.path(name), query);
  }

  /** The URL of the bucket itself. */
  URI bucket(Map<String, String> query) {
    return uri(base.getRawPath().isEmpty() ? "/" : "", query);
  }

  private URI uri(String path, Map<String, String> query) {
    String fields = AwsEscapes.query(query);
    return URI.create(base + path + (fields.isEmpty() ? "" : "?" + fields));
  }
}
