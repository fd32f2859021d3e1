package dev.stepcache.registry;

import dev.stepcache.credentials.Login;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.oci.ImageReference;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** OpenShift's registry, whose imagestream is there. */
class OpenShiftContractTest extends StoreContract {
  private static final String TOKEN = "the-accounts-token";

  @TempDir Path folder;
  private final OpenShiftRegistry registry = new OpenShiftRegistry();
  private final ClusterApi api = new ClusterApi(registry, TOKEN);

  @AfterEach
  void stop() {
    api.close();
    registry.close();
  }

  @Override
  protected Store open() throws IOException {
    registry.allow(TOKEN, "ci");
    registry.addStream("ci/cache");
    RegistrySettings settings =
        new RegistrySettings(
            ImageReference.parse(registry.host() + "/ci/cache"),
            new Login.RegistryToken(TOKEN),
            new Trust(
                Optional.of(FakeRegistry.serviceAuthority(folder)), List.of(), Optional.empty()),
            false,
            Proxies.NONE,
            retry -> {});
    return new OpenShiftStore(
        new RegistryStore(settings), "oc policy and so on", api.account(folder));
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("oci://" + registry.host() + "/ci/other");
  }
}
