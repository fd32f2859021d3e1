package dev.stepcache.connect;

import dev.stepcache.gcs.GoogleSettings;
import dev.stepcache.http.Proxies;
import dev.stepcache.http.Trust;
import dev.stepcache.objects.Bucket;
import dev.stepcache.store.BucketService;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreException;
import java.util.function.Consumer;

/** Opens buckets of Google Cloud Storage. */
record GoogleBuckets(Connection connection, Consumer<Retry> retries, Consumer<String> notices) {
  Bucket open(String bucket) throws StoreException {
    return new GoogleSettings(
            connection.buckets().parametersOf(BucketService.GOOGLE),
            connection.buckets().googleCredentials(),
            connection.environment(),
            connection.insecure(),
            Trust.of(connection.certificateAuthority(), connection.environment()).telling(notices),
            Proxies.of(connection.environment()),
            retries)
        .open(bucket);
  }
}
