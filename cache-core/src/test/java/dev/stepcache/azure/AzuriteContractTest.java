package dev.stepcache.azure;

import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.objects.ObjectStores;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A store in a container in Azurite. */
@org.junit.jupiter.api.Tag("program")
@EnabledIf(
    value = "dev.stepcache.azure.AzuriteProgram#available",
    disabledReason = "not run: no azurite is installed")
class AzuriteContractTest extends StoreContract {
  @TempDir Path folder;
  private Optional<AzuriteProgram> azurite = Optional.empty();

  @AfterEach
  void stop() {
    azurite.ifPresent(AzuriteProgram::close);
  }

  @Override
  protected Store open() throws StoreException {
    azurite = Optional.of(AzuriteProgram.open(folder, "caches"));
    AzureSettings settings =
        new AzureSettings(
            Map.of(),
            azurite.get().environment(),
            false,
            Trust.JDK_ROOTS,
            Proxies.NONE,
            retry -> {});
    return ObjectStores.of(settings.open("caches"), "some/caches");
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("azblob://caches/other:tag");
  }
}
