package dev.stepcache.cache;

import dev.stepcache.azure.FaultyAzure;
import dev.stepcache.gcs.FaultyGoogle;
import dev.stepcache.registry.FaultyRegistry;
import dev.stepcache.registry.FaultyServer;
import dev.stepcache.s3.FaultyS3;

/** The stores that are reached over HTTP, each with a server that tests make go wrong. */
enum StoreKind {
  REGISTRY {
    @Override
    FaultyServer open(String keys) {
      return new FaultyRegistry(keys);
    }
  },
  S3 {
    @Override
    FaultyServer open(String keys) {
      return new FaultyS3(keys);
    }
  },
  GOOGLE {
    @Override
    FaultyServer open(String keys) {
      return new FaultyGoogle(keys);
    }
  },
  AZURE {
    @Override
    FaultyServer open(String keys) {
      return new FaultyAzure(keys);
    }
  };

  /**
   * Starts its server.
   *
   * @param keys of its https, a resource; empty for plain http
   */
  abstract FaultyServer open(String keys);
}
