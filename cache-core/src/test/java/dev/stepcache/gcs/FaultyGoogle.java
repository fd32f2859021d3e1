package dev.stepcache.gcs;

import dev.stepcache.http.Wire;
import dev.stepcache.oauth.AccessToken;
import dev.stepcache.oauth.BearerSigner;
import dev.stepcache.oauth.KeptToken;
import dev.stepcache.oauth.TokenSource;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.FaultyBucket;
import dev.stepcache.objects.ObjectStores;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A bucket of Google's that goes wrong; what is larger than a few kilobytes is sent in parts. */
public final class FaultyGoogle extends FaultyBucket<GoogleStandIn> {
  private static final int PART = 32 << 10;

  /**
   * @param keys of its https, empty for plain http
   */
  public FaultyGoogle(String keys) {
    super(new GoogleStandIn(keys));
  }

  @Override
  public Store open(Way way) throws StoreException {
    GoogleEndpoint endpoint =
        GoogleEndpoint.of(
            Map.of("STORAGE_EMULATOR_HOST", way.address()), "googleapis.com", true, "open");
    BucketRequests requests =
        new BucketRequests(
            new Wire(way.trust(), way.insecure(), way.proxies(), way.limits()),
            way.limits(),
            way.policy(),
            new BearerSigner(new KeptToken(new Always(), InstantSource.system()), "open"),
            new GoogleRefusals("contract"),
            way.retries());
    return ObjectStores.of(
        new GoogleBucket(
            "contract", endpoint, requests, new GoogleBucket.Sizes(PART, PART), () -> {}),
        "team");
  }

  private static final class Always implements TokenSource {
    @Override
    public AccessToken fetch(String what) {
      return new AccessToken(SECRET, Instant.MAX);
    }

    @Override
    public String account() {
      return "somebody";
    }
  }

  @Override
  public List<Place> reads() {
    return List.of(new Place("GET", "%2Ftags%2F"), new Place("GET", "%2Fblobs%2F"));
  }

  @Override
  public List<Place> writes() {
    return List.of(
        new Place("GET", "%2Ftags%2F"),
        new Place("GET", "%2Foci-layout"),
        new Place("GET", "%2Fblobs%2F"),
        new Place("POST", "uploadType=resumable"),
        new Place("PUT", "upload_id="),
        new Place("POST", "%2Fblobs%2F"),
        new Place("POST", "%2Ftags%2F"));
  }
}
