package dev.stepcache.azure;

import dev.stepcache.http.Limits;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.http.Wire;
import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.BucketContract;
import dev.stepcache.objects.BucketRequests;
import dev.stepcache.store.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A container in Azurite, asked with its account's key. */
@org.junit.jupiter.api.Tag("program")
@EnabledIf(
    value = "dev.stepcache.azure.AzuriteProgram#available",
    disabledReason = "not run: no azurite is installed")
class AzuriteContainerTest extends BucketContract {
  private static final int BLOCK = 100_000;

  @TempDir Path folder;
  private Optional<AzuriteProgram> azurite = Optional.empty();

  @AfterEach
  void stop() {
    azurite.ifPresent(AzuriteProgram::close);
  }

  @Override
  protected Bucket open() throws StoreException {
    azurite = Optional.of(AzuriteProgram.open(folder, "contract"));
    return container(azurite.get().environment());
  }

  /** One that sends small blocks. */
  static Bucket container(Map<String, String> environment) throws StoreException {
    AzureEndpoint endpoint =
        AzureEndpoint.of(
            new AzureParameters(Map.of(), environment),
            ConnectionString.of(environment),
            "contract",
            false,
            "open azblob://contract");
    return new AzureContainer(
        endpoint,
        new BucketRequests(
            new Wire(Trust.JDK_ROOTS, false, Proxies.NONE, Limits.STANDARD),
            SharedKey.of(
                endpoint.account(),
                environment.getOrDefault("AZURE_STORAGE_KEY", ""),
                InstantSource.system()),
            new AzureRefusals("contract", InstantSource.system()),
            retry -> {}),
        new AzureContainer.Sizes(BLOCK, BLOCK),
        () -> {});
  }

  @Override
  protected int large() {
    return 2 * BLOCK + 12345;
  }
}
