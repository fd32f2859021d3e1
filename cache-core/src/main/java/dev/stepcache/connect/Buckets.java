package dev.stepcache.connect;

import dev.stepcache.objects.Bucket;
import dev.stepcache.objects.ObjectStore;
import dev.stepcache.objects.SideBySide;
import dev.stepcache.store.Retry;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Workers;
import java.util.function.Consumer;

/**
 * Opens the bucket that a reference names. Each service's classes are loaded for its scheme alone.
 */
record Buckets(Connection connection, Consumer<Retry> retries, Consumer<String> notices) {
  private static final SideBySide SIDE_BY_SIDE =
      (count, threads, task) -> Workers.runEach(count, threads, task::run);

  Store open(StoreReference.InBucket reference) throws StoreException {
    Bucket bucket =
        switch (reference.service()) {
          case S3 -> new S3Buckets(connection, retries, notices).open(reference.bucket());
          case GOOGLE -> new GoogleBuckets(connection, retries, notices).open(reference.bucket());
          case AZURE -> new AzureContainers(connection, retries, notices).open(reference.bucket());
        };
    return new ObjectStore(bucket, reference.folder(), SIDE_BY_SIDE);
  }
}
