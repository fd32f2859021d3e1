package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The distribution project's own program. */
@org.junit.jupiter.api.Tag("program")
@EnabledIf(
    value = "dev.stepcache.registry.RealRegistry#available",
    disabledReason = "not run: no docker-registry is installed")
class RealRegistryContractTest extends StoreContract {
  @TempDir Path folder;
  private Optional<RealRegistry> registry = Optional.empty();

  @AfterEach
  void stop() {
    registry.ifPresent(RealRegistry::close);
  }

  @Override
  protected Store open() {
    registry = Optional.of(RealRegistry.open(folder));
    return new RegistryStore(
        new RegistrySettings(
            ImageReference.parse(registry.get().host() + "/ci/cache"),
            new Login.Anonymous(),
            Trust.JDK_ROOTS,
            true,
            Proxies.NONE,
            retry -> {}));
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("oci://" + registry.orElseThrow().host() + "/ci/other");
  }
}
