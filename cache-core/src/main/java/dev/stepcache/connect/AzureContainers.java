package dev.stepcache.connect;

import dev.stepcache.azure.AzureSettings;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.objects.Bucket;
import dev.stepcache.store.BucketService;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.util.function.Consumer;

/** Opens containers of Azure Blob Storage. */
record AzureContainers(Connection connection, Consumer<Retry> retries, Consumer<String> notices) {
  Bucket open(String container) throws StoreException {
    return new AzureSettings(
            connection.buckets().parametersOf(BucketService.AZURE),
            connection.environment(),
            connection.insecure(),
            Trust.of(connection.certificateAuthority(), connection.environment()).telling(notices),
            Proxies.of(connection.environment()),
            retries)
        .open(container);
  }
}
