package dev.stepcache.cli;

import dev.stepcache.connect.BucketSettings;
import dev.stepcache.connect.Connection;
import dev.stepcache.store.BucketService;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** How the store is reached: what all commands share. */
public final class ConnectionOptions {
  /** Whether what a cluster gives each pod is used. */
  enum OpenShift {
    AUTO,
    OFF
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // Picocli ends the command where it is set.
  private boolean help;

  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  @Option(
      names = "--insecure",
      description = "Allow plain http, and certificates that nobody believes.")
  private boolean insecure;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates (PEM) to trust besides the usual ones.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--docker-config",
      paramLabel = "PATH",
      description = "The config.json with the login, or its folder, instead of the usual places.")
  private Optional<Path> dockerConfig = Optional.empty();

  @Option(
      names = "--openshift",
      paramLabel = "auto|off",
      description =
          "In a pod, use its service account for OpenShift's own registry, and trust the cluster's"
              + " authority (auto, the default).")
  private OpenShift openShift = OpenShift.AUTO;

  @Option(
      names = "--blob-query-params",
      paramLabel = "QUERY",
      converter = BucketQuery.class,
      description = "How a bucket is reached, such as ?region=eu-west-1&endpoint=https://host.")
  private Optional<BucketQuery.Parameters> bucketQuery = Optional.empty();

  @Option(
      names = "--aws-config-file",
      paramLabel = "FILE",
      description = "Profiles, instead of ~/.aws/config.")
  private Optional<Path> awsConfig = Optional.empty();

  @Option(
      names = "--aws-shared-credentials-file",
      paramLabel = "FILE",
      description = "Credentials, instead of ~/.aws/credentials.")
  private Optional<Path> awsCredentials = Optional.empty();

  @Option(
      names = "--google-application-credentials",
      paramLabel = "FILE",
      description = "A Google account's key, or its federation.")
  private Optional<Path> googleCredentials = Optional.empty();

  /**
   * What stores are opened with.
   *
   * @param environment where proxies, and logins that no option names, are looked for
   */
  public Connection connection(Map<String, String> environment) {
    return registries(environment).with(buckets(values(bucketQuery)));
  }

  /** What is wrong with what is said of buckets, where references are theirs. */
  Optional<String> mistakeIn(List<StoreReference> references) {
    Set<BucketService> services = EnumSet.noneOf(BucketService.class);
    for (StoreReference reference : references) {
      if (reference instanceof StoreReference.InBucket bucket) {
        services.add(bucket.service());
      }
    }
    return buckets(values(bucketQuery))
        .mistake(services, insecure)
        .map(mistake -> "--blob-query-params: " + mistake);
  }

  /** What is wrong with what is said of one bucket alone, instead of what holds for all. */
  public Optional<String> mistakeTo(StoreReference.InBucket reference, BucketQuery.Parameters own) {
    return buckets(own.values()).mistake(EnumSet.of(reference.service()), insecure);
  }

  private static Map<String, String> values(Optional<BucketQuery.Parameters> query) {
    return query.map(BucketQuery.Parameters::values).orElse(Map.of());
  }

  private BucketSettings buckets(Map<String, String> parameters) {
    return new BucketSettings(
        parameters,
        awsConfig.map(Path::toAbsolutePath),
        awsCredentials.map(Path::toAbsolutePath),
        googleCredentials.map(Path::toAbsolutePath));
  }

  private Connection registries(Map<String, String> environment) {
    return new Connection(
        insecure,
        ca.map(Path::toAbsolutePath),
        dockerConfig.map(Path::toAbsolutePath),
        environment,
        openShift == OpenShift.AUTO
            ? Optional.of(
                new Connection.OpenShift(
                    SERVICE_ACCOUNT.resolve("token"), SERVICE_ACCOUNT.resolve("service-ca.crt")))
            : Optional.empty());
  }
}
