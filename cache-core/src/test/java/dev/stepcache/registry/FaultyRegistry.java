package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.registry.FaultModes.Place;
import dev.stepcache.store.Store;
import java.util.List;

/** A registry that goes wrong. */
public final class FaultyRegistry implements FaultyServer {
  private final FakeRegistry registry;

  /**
   * @param keys of its https, empty for plain http
   */
  public FaultyRegistry(String keys) {
    this.registry = keys.isEmpty() ? FakeRegistry.plain() : FakeRegistry.tls(keys);
  }

  @Override
  public String host() {
    return registry.host();
  }

  @Override
  public FaultRules faults() {
    return registry.faults();
  }

  @Override
  public Store open(Way way) {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(way.host() + "/ci/cache"),
            new Login.Basic("alice", SECRET),
            way.trust(),
            way.insecure(),
            way.proxies(),
            way.limits(),
            way.policy(),
            way.retries()));
  }

  @Override
  public List<Place> reads() {
    return List.of(new Place("GET", "/manifests/"), new Place("GET", "/blobs/"));
  }

  @Override
  public List<Place> writes() {
    return List.of(
        new Place("GET", "/manifests/"),
        new Place("HEAD", "/blobs/"),
        new Place("POST", "/uploads/"),
        new Place("PUT", "/uploads/"),
        new Place("PUT", "/manifests/"));
  }

  @Override
  public int requests() {
    return 10;
  }

  @Override
  public void close() {
    registry.close();
  }
}
