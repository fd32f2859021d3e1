package dev.stepcache.objects;

import dev.stepcache.transfer.Workers;

/** Stores of objects as a run opens them. */
public final class ObjectStores {
  public static final SideBySide SIDE_BY_SIDE =
      (count, threads, task) -> Workers.runEach(count, threads, task::run);

  private ObjectStores() {}

  /** In a folder of a bucket. */
  public static ObjectStore of(Bucket bucket, String folder) {
    return new ObjectStore(bucket, folder, SIDE_BY_SIDE);
  }
}
