package dev.stepcache.store;

import java.io.Closeable;
import java.util.Optional;

/**
 * One repository of caches: what each store can, and {@link #offers} for what only some can. Safe
 * for use by several threads. A failure of the store is a {@link StoreException}; a plain
 * IOException is a local failure. An answer depends on what was asked, never on what was asked
 * before.
 */
public interface Store extends Fetcher, Pusher, Closeable {
  /**
   * What only some stores can, if this one can it: {@link Mounter}, {@link Preflight}, {@link
   * LoginCheck}, {@link Archives}, {@link TagLister}, {@link TagTimes}, {@link Deleter}, {@link
   * Sweeper}.
   *
   * @param capability an interface of this package
   */
  default <T> Optional<T> offers(Class<T> capability) {
    return capability.isInstance(this) ? Optional.of(capability.cast(this)) : Optional.empty();
  }

  /** The repository with its scheme and without tag, for people. */
  @Override
  String toString();

  @Override
  void close();
}
