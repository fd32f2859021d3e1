package dev.stepcache.s3;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.ObjectStores;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.registry.FaultRules;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.retry.RetryPolicy;
import dev.stepcache.s3.auth.AwsEnvironment;
import dev.stepcache.s3.auth.CredentialChain;
import dev.stepcache.s3.auth.CredentialRequests;
import dev.stepcache.s3.auth.Profiles;
import dev.stepcache.s3.auth.SecurityTokens;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A bucket of S3 that goes wrong; what is larger than a few kilobytes is sent in parts. */
public final class FaultyS3 implements FaultyServer {
  private static final int PART = 32 << 10;

  private final S3StandIn server;

  /**
   * @param keys of its https, empty for plain http
   */
  public FaultyS3(String keys) {
    this.server = new S3StandIn(keys);
  }

  /** From now on conditions are not looked at. */
  public FaultyS3 ignoringConditions() {
    server.ignoreConditions();
    return this;
  }

  /** All that was asked, as it came. */
  public List<String> seen() {
    return server.requests();
  }

  /** Opens it where nothing is to go wrong. */
  public Store open() throws StoreException {
    return open(
        new Way(
            "http://" + host(),
            Limits.STANDARD,
            RetryPolicy.STANDARD,
            true,
            Trust.JDK_ROOTS,
            Proxies.NONE,
            retry -> {}));
  }

  /** Uploads in parts that are neither completed nor aborted. */
  public int openUploads() {
    return server.openUploads();
  }

  @Override
  public String host() {
    return server.host();
  }

  @Override
  public FaultRules faults() {
    return server.faults();
  }

  @Override
  public Store open(Way way) throws StoreException {
    S3Settings settings = S3Settings.of(Map.of("endpoint", way.address()));
    S3Access place =
        new S3Access(
            region -> S3Address.of("caches", settings, region),
            "us-east-1",
            Optional.of(credentials()));
    S3Requests requests = requests(way, place);
    WriteHeaders headers = new WriteHeaders(Optional.empty(), Optional.empty(), false);
    return ObjectStores.of(
        new S3Bucket(
            "caches",
            requests,
            headers,
            new PartedUploads(requests, () -> requests(way, place), headers, PART),
            () -> {}),
        "team");
  }

  private static S3Requests requests(Way way, S3Access place) {
    return new S3Requests(
        new BucketRequests(
            new Wire(way.trust(), way.insecure(), way.proxies(), way.limits()),
            way.limits(),
            way.policy(),
            place,
            new S3Refusals(place),
            way.retries()),
        place);
  }

  private static CredentialChain credentials() throws StoreException {
    AwsEnvironment environment =
        new AwsEnvironment(
            Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", SECRET),
            Optional.empty(),
            Optional.empty());
    CredentialRequests nobody =
        CredentialRequests.near(
            new Wire(Trust.JDK_ROOTS, true, Proxies.NONE, CredentialRequests.NEAR),
            retry -> {},
            "nobody");
    return CredentialChain.of(
        environment,
        Profiles.read(environment.configFile(), environment.credentialsFile()),
        Optional.empty(),
        new SecurityTokens(nobody, URI.create("http://127.0.0.1:1"), "us-east-1", true),
        nobody);
  }

  @Override
  public List<Place> reads() {
    return List.of(new Place("GET", "/tags/"), new Place("GET", "/blobs/"));
  }

  @Override
  public List<Place> writes() {
    return List.of(
        new Place("GET", "/tags/"),
        new Place("GET", "/oci-layout"),
        new Place("HEAD", "/blobs/"),
        new Place("HEAD", "/index.json"),
        new Place("PUT", "/oci-layout"),
        new Place("POST", "?uploads"),
        new Place("PUT", "partNumber="),
        new Place("POST", "?uploadId="),
        new Place("PUT", "/blobs/"),
        new Place("PUT", "/tags/"));
  }

  @Override
  public int requests() {
    return 40;
  }

  @Override
  public void close() {
    server.close();
  }
}
