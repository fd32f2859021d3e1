package dev.stepcache.s3;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.s3.auth.AwsEnvironment;
import dev.stepcache.s3.auth.CredentialChain;
import dev.stepcache.s3.auth.CredentialRequests;
import dev.stepcache.s3.auth.Profiles;
import dev.stepcache.s3.auth.SecurityTokens;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How buckets of S3 are reached.
 *
 * @param parameters what stands behind the bucket's URL ({@link S3Settings})
 * @param environment of AWS's programs: credentials, region and endpoints
 * @param trust whom to believe besides the JDK's roots
 * @param insecure whether plain http and certificates that nobody believes will do
 * @param proxies on the way to S3 and to the token service
 * @param retries is told of each request that is sent again
 */
public record S3Connection(
    Map<String, String> parameters,
    AwsEnvironment environment,
    Trust trust,
    boolean insecure,
    Proxies proxies,
    Consumer<Retry> retries) {
  /** Of objects of two and more of these a broken connection costs this much again. */
  private static final long PART = 32 << 20;

  private static final Pattern AMAZON =
      Pattern.compile("https://[^/:]+\\.amazonaws\\.com(?:\\.cn)?(?:[:/].*)?");

  private static final Duration LAST = Duration.ofSeconds(2);

  /** How often and how soon a part upload that is left over is aborted, when all else has ended. */
  private static final RetryPolicy ONCE =
      new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1), 1, LAST);

  public S3Connection {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Opens a bucket; nothing is sent to it yet.
   *
   * @throws StoreException if a named file of profiles cannot be read, or what the environment says
   *     cannot be used
   */
  public Bucket open(String bucket) throws StoreException {
    return openInParts(bucket, PART);
  }

  Bucket openInParts(String bucket, long partSize) throws StoreException {
    try {
      Profiles profiles = Profiles.read(environment.configFile(), environment.credentialsFile());
      S3Defaults defaults = new S3Defaults(S3Settings.of(parameters), environment, profiles);
      return openWith(defaults, bucket, partSize);
    } catch (IllegalArgumentException e) {
      throw new StoreException.Rejected("open s3://" + bucket + ": " + e.getMessage());
    }
  }

  private Bucket openWith(S3Defaults defaults, String bucket, long partSize) throws StoreException {
    S3Settings settings = defaults.settings();
    String region = defaults.region();
    if (!insecure && settings.endpoint().map(S3Settings::isPlain).orElse(settings.plain())) {
      throw new StoreException.Untrusted(
          "open s3://"
              + bucket
              + ": its endpoint is plain http: write https://, or set INSECURE to true",
          null);
    }
    Optional<CredentialChain> credentials =
        settings.anonymous() ? Optional.empty() : Optional.of(credentials(defaults));
    S3Access access =
        new S3Access(name -> S3Address.of(bucket, settings, name), region, credentials);
    RetryPolicy policy = settings.retries().map(S3Connection::limited).orElse(RetryPolicy.STANDARD);
    S3Requests requests = requests(access, Limits.STANDARD, policy);
    WriteHeaders headers =
        new WriteHeaders(settings.encryption(), settings.key(), settings.checksums());
    PartedUploads uploads =
        new PartedUploads(
            requests,
            () -> requests(access, new Limits(LAST, LAST, LAST, LAST), ONCE),
            headers,
            partSize);
    return new S3Bucket(
        bucket, requests, headers, uploads, () -> credentials.ifPresent(CredentialChain::close));
  }

  private S3Requests requests(S3Access access, Limits limits, RetryPolicy policy) {
    return new S3Requests(
        new BucketRequests(
            new Wire(trust, insecure, proxies, limits),
            limits,
            policy,
            access,
            new S3Refusals(access),
            retries),
        access);
  }

  private static RetryPolicy limited(int requests) {
    RetryPolicy usual = RetryPolicy.STANDARD;
    return new RetryPolicy(
        Math.min(usual.attempts(), requests),
        usual.first(),
        usual.longest(),
        Math.min(usual.requests(), requests),
        usual.time());
  }

  private CredentialChain credentials(S3Defaults defaults) {
    URI tokens = defaults.tokenService();
    // What is asked of Amazon itself is verified, whatever stands for S3.
    boolean unverified = insecure && !AMAZON.matcher(tokens.toString()).matches();
    return CredentialChain.of(
        environment,
        defaults.profiles(),
        defaults.settings().profile(),
        new SecurityTokens(
            CredentialRequests.far(
                new Wire(trust, unverified, proxies, Limits.STANDARD),
                retries,
                "the token service"),
            tokens,
            defaults.region(),
            insecure),
        CredentialRequests.near(
            // Their addresses are this machine's alone.
            new Wire(trust, insecure, Proxies.NONE, CredentialRequests.NEAR),
            retries,
            "the machine's service"));
  }

  @Override
  public String toString() {
    return "S3Connection[insecure=" + insecure + "]";
  }
}
