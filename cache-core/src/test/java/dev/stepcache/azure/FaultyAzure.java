package dev.stepcache.azure;

import dev.stepcache.http.Wire;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.objects.FaultyBucket;
import dev.stepcache.objects.ObjectStores;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A container of Azure's that goes wrong; what is larger than a few kilobytes is sent in blocks.
 */
public final class FaultyAzure extends FaultyBucket<AzureStandIn> {
  private static final int BLOCK = 32 << 10;

  /**
   * @param keys of its https, empty for plain http
   */
  public FaultyAzure(String keys) {
    super(new AzureStandIn(keys));
  }

  @Override
  public Store open(Way way) throws StoreException {
    String key = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    Map<String, String> environment =
        Map.of(
            "AZURE_STORAGE_ACCOUNT",
            "account",
            "AZURE_STORAGE_DOMAIN",
            way.host(),
            "AZURE_STORAGE_PROTOCOL",
            way.address().replaceFirst(":.*", ""));
    AzureEndpoint endpoint =
        AzureEndpoint.of(
            new AzureParameters(Map.of(), environment),
            ConnectionString.of(environment),
            "contract",
            true,
            "open");
    BucketRequests requests =
        new BucketRequests(
            new Wire(way.trust(), way.insecure(), way.proxies(), way.limits()),
            way.limits(),
            way.policy(),
            SharedKey.of("account", key, InstantSource.system()),
            new AzureRefusals("contract", InstantSource.system()),
            way.retries());
    return ObjectStores.of(
        new AzureContainer(endpoint, requests, new AzureContainer.Sizes(BLOCK, BLOCK), () -> {}),
        "team");
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
        new Place("PUT", "comp=block&"),
        new Place("PUT", "comp=blocklist"),
        new Place("PUT", "/blobs/"),
        new Place("PUT", "/tags/"));
  }
}
