package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry in memory, over TLS. */
class FakeRegistryContractTest extends StoreContract {
  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.tls();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Override
  protected Store open() {
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(registry.host() + "/ci/cache"),
            new Login.Anonymous(),
            new Trust(Optional.of(FakeRegistry.authority(folder)), List.of(), Optional.empty()),
            false,
            Proxies.NONE,
            retry -> {}));
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("oci://" + registry.host() + "/ci/other");
  }
}
