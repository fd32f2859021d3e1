package dev.stepcache.s3;

import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.s3.auth.AwsEnvironment;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How tests reach servers of S3. */
final class S3Case {
  static final Map<String, String> KEYS =
      Map.of(
          "AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);

  private S3Case() {}

  static S3Connection connection(S3Server server) {
    return connection(server.endpoint(), Map.of());
  }

  static S3Connection connection(String endpoint, Map<String, String> more) {
    Map<String, String> parameters = new TreeMap<>(more);
    parameters.put("endpoint", endpoint);
    return new S3Connection(
        parameters,
        new AwsEnvironment(KEYS, Optional.empty(), Optional.empty()),
        Trust.JDK_ROOTS,
        true,
        Proxies.NONE,
        retry -> {});
  }
}
