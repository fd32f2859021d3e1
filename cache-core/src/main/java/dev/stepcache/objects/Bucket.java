package dev.stepcache.objects;

import dev.stepcache.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A bucket (S3, Google) or container (Azure): objects by their names, which are UTF-8, without a
 * leading slash, at most 1024 bytes. A write is seen whole or not at all, and by every read after
 * it. Safe for use by several threads. A failure is a {@link StoreException} whose message begins
 * with the {@code what} that was given, "{verb} {reference}"; that there is no such object is none,
 * but that there is no such bucket is.
 */
public interface Bucket extends Closeable {
  /** What the store says of an object, without its bytes; empty where there is none. */
  Optional<ObjectState> head(String name, String operation) throws IOException;

  /**
   * A small object, whole.
   *
   * @param most bytes; one that is larger is {@link StoreException.Rejected}
   */
  Optional<ObjectContent> read(String name, int most, String operation) throws IOException;

  /**
   * An object's bytes, as they come. The stream goes on by itself where a connection broke, and
   * throws StoreException only.
   *
   * @param size that it should have; what is longer or shorter ends where the store says
   */
  Optional<InputStream> open(String name, long size, String operation) throws IOException;

  /** Whether {@link #put} opens a payload of that size once, where nothing goes wrong. */
  default boolean readsOnce(long size) {
    return true;
  }

  /**
   * Stores an object, all of it or nothing; what was there is replaced where the condition lets it.
   * A store that ignores conditions answers {@link Written.Done}.
   */
  Written put(String name, Payload payload, Condition condition, String operation)
      throws IOException;

  /**
   * Objects whose names begin with a prefix, in the order of their names, a page at a time.
   *
   * @param after the {@link ListedObjects#next} of the page before, empty for the first
   */
  ListedObjects list(String prefix, Optional<String> after, String operation) throws IOException;

  /**
   * Deletes an object; where the condition does not hold, or cannot be checked, nothing is done.
   */
  Removed delete(String name, Condition condition, String operation) throws IOException;

  /** The bucket with its scheme, {@code s3://bucket}, for people. */
  @Override
  String toString();

  @Override
  void close();
}
