package dev.stepcache.cache;

import dev.stepcache.oci.Digest;
import dev.stepcache.store.Retry;
import dev.stepcache.store.StoreReference;
import java.util.List;
import java.util.Optional;

/** What happens while a verb works, in order; each start has one end. */
public sealed interface CacheEvent {
  /** A reference was asked for. */
  record LookedUp(StoreReference reference, Optional<Digest> found) implements CacheEvent {}

  /**
   * Layers begin to move.
   *
   * @param bytes of files, unpacked; 0 where that is not known
   */
  record TransferStarted(Direction direction, int layers, long files, long bytes)
      implements CacheEvent {}

  /** So many bytes of files, unpacked, are done. */
  record Progress(long bytes) implements CacheEvent {}

  record TransferEnded(Direction direction) implements CacheEvent {}

  /**
   * The cache path is about to be changed: all that is needed for that is there and verified, so
   * that finishing is the shortest way to a whole tree. Until {@link ChangeEnded} nobody should end
   * the process.
   */
  record ChangeStarted() implements CacheEvent {}

  /**
   * The cache path is whole again.
   *
   * @param restored whether with the cache in it; else it is as it was before
   */
  record ChangeEnded(boolean restored) implements CacheEvent {}

  /** A request failed and is tried again. */
  record Retried(Retry retry) implements CacheEvent {}

  /** The cache path is larger than what may be saved. */
  record Overgrown(long bytes, long largest, List<FolderSize> folders) implements CacheEvent {
    public Overgrown {
      folders = List.copyOf(folders);
    }
  }

  /**
   * Blobs of an OCI image layout are left out, since nothing names them any more.
   *
   * @param layout the layout's folder in the cache path; empty for the cache path itself
   */
  record Unreferenced(String layout, int blobs, long bytes) implements CacheEvent {}

  /**
   * An upload is about to create its repository, and only its last request shows whether it may.
   *
   * @param repository as its store names it
   * @param grant the command that gives the account the right to
   */
  record Creating(String repository, String grant) implements CacheEvent {}

  /** Something that a person should know, and that changes nothing about the outcome. */
  record Noticed(String text) implements CacheEvent {}

  /** Which way layers move. */
  enum Direction {
    RESTORE,
    SAVE
  }
}
