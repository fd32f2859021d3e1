package dev.stepcache.gcs;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.oauth.BearerSigner;
import dev.stepcache.oauth.KeptToken;
import dev.stepcache.oauth.TokenConnections;
import dev.stepcache.oauth.TokenService;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.Signer;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a bucket of Google's is reached.
 *
 * @param parameters what stands behind its URL: {@link GoogleParameters}
 * @param credentials the one file of an account, where it is named
 * @param environment where credentials and an emulator are named besides; holds secrets
 * @param insecure whether an emulator may speak plain http, or have a certificate that nobody
 *     believes; Google may not
 * @param retries is told of each request that is sent again
 */
public record GoogleSettings(
    Map<String, String> parameters,
    Optional<Path> credentials,
    Map<String, String> environment,
    boolean insecure,
    Trust trust,
    Proxies proxies,
    Consumer<Retry> retries) {
  /**
   * Opens a bucket; nothing is sent to it yet.
   *
   * @throws StoreException if credentials that are named cannot be used, or a parameter is wrong
   */
  public Bucket open(String bucket) throws StoreException {
    String operation = "open gs://" + bucket;
    Optional<String> mistake = GoogleParameters.mistake(parameters);
    if (mistake.isPresent()) {
      throw new StoreException.Rejected(operation + ": BLOB_QUERY_PARAMS: " + mistake.get());
    }
    GoogleParameters chosen = GoogleParameters.of(parameters);
    String universe = chosen.universe().orElse(ServiceAccountKey.GOOGLE);
    GoogleEndpoint endpoint = GoogleEndpoint.of(environment, universe, insecure, operation);
    TokenConnections connections = new TokenConnections(trust, proxies, retries);
    Signer signer =
        chosen.anonymous() || endpoint.isEmulator()
            ? new Anonymous()
            : new BearerSigner(token(chosen, operation, connections), "log in to gs://" + bucket);
    Wire wire = new Wire(trust, insecure && endpoint.isEmulator(), proxies, Limits.STANDARD);
    BucketRequests requests = new BucketRequests(wire, signer, new GoogleRefusals(bucket), retries);
    return new GoogleBucket(
        bucket, endpoint, requests, GoogleBucket.Sizes.STANDARD, connections::close);
  }

  private KeptToken token(GoogleParameters chosen, String operation, TokenConnections connections)
      throws StoreException {
    InstantSource clock = InstantSource.system();
    GoogleAccount account =
        new GoogleAccount(
            credentials,
            environment,
            chosen.universe(),
            new TokenService(connections.service(), clock),
            new TokenService(connections.metadata(MetadataServer.hostName(environment)), clock),
            clock);
    return new KeptToken(account.find(operation), clock);
  }

  /** Without what holds secrets. */
  @Override
  public String toString() {
    return "GoogleSettings";
  }
}
