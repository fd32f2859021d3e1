package dev.stepcache.gcs;

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

/** A store in a bucket in fake-gcs-server. */
@org.junit.jupiter.api.Tag("program")
@EnabledIf(
    value = "dev.stepcache.gcs.GoogleEmulator#available",
    disabledReason = "not run: no fake-gcs-server is installed")
class GoogleEmulatorContractTest extends StoreContract {
  @TempDir Path folder;
  private Optional<GoogleEmulator> emulator = Optional.empty();

  @AfterEach
  void stop() {
    emulator.ifPresent(GoogleEmulator::close);
  }

  @Override
  protected Store open() throws StoreException {
    emulator = Optional.of(GoogleEmulator.open(folder, "caches"));
    GoogleSettings settings =
        new GoogleSettings(
            Map.of(),
            Optional.empty(),
            Map.of("STORAGE_EMULATOR_HOST", emulator.get().host()),
            false,
            Trust.JDK_ROOTS,
            Proxies.NONE,
            retry -> {});
    return ObjectStores.of(settings.open("caches"), "some/caches");
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("gs://caches/other:tag");
  }
}
