package dev.stepcache.objects;

import dev.stepcache.store.Store;
import dev.stepcache.store.StoreContract;
import dev.stepcache.store.StoreReference;

/** A folder of a bucket in which nothing is. */
class ObjectStoreContractTest extends StoreContract {
  @Override
  protected Store open() {
    return ObjectStores.of(new MemoryBucket(), "not/there/yet");
  }

  @Override
  protected StoreReference neighbour() {
    return StoreReference.parse("s3://bucket/other:tag");
  }
}
