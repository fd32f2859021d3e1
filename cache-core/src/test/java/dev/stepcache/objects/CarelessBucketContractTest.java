package dev.stepcache.objects;

import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;

/** A whole bucket of a store that does not look at the conditions of a write. */
class CarelessBucketContractTest extends StoreContract {
  @Override
  protected Store open() {
    MemoryBucket bucket = new MemoryBucket();
    bucket.ignoreConditions();
    return ObjectStores.of(bucket, "");
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("s3://bucket/other:tag");
  }
}
