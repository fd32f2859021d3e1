package dev.stepcache.outcome;

import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
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

  /**
   * What was restored, or would be, is an archive that another tool saved where the reference
   * points.
   *
   * @param name of it, in its store
   */
  record AnothersArchive(String name) implements CacheEvent {}

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

  /**
   * The excludes, a preset's or the user's, keep something out of what is saved.
   *
   * @param count of files and folders; what lies below a folder is not even looked at
   */
  record Excluded(long count, SomeNames names) implements CacheEvent {}

  /**
   * A cache was brought to another of its stores.
   *
   * @param blobs how many of it were sent there
   * @param bytes of these
   */
  record WrittenThrough(StoreReference target, int blobs, long bytes) implements CacheEvent {}

  /**
   * Units that builds did not use are left out.
   *
   * @param files in them
   * @param names of units
   */
  record Unused(Why why, int units, long files, long bytes, SomeNames names) implements CacheEvent {
    /** Why they may not stay. */
    public enum Why {
      /** They were unused for as long as the rules say. */
      FOR_LONG,
      /** The cache would be larger than it may be. */
      TOO_LARGE
    }
  }

  /** The file system does not tell what a build read, so nothing is left out for being unused. */
  record UsesUnknown() implements CacheEvent {}

  /** What a person should know, and that changes nothing about the outcome. */
  sealed interface Notice extends CacheEvent {}

  /**
   * Something in the cache path is not saved.
   *
   * @param count how many, of this scan or of all
   * @param names none where they are only counted
   */
  record LeftOut(Kind kind, int count, SomeNames names) implements Notice {
    /** What it is, and so why. */
    public enum Kind {
      /** Sockets, fifos and devices. */
      SPECIAL,
      /** What is mounted in the cache path. */
      MOUNTED,
      /** What cannot be read, where that may be left out. */
      UNREADABLE,
      /** What vanished while the cache path was read. */
      VANISHED,
      /** What has a name of credentials. */
      CREDENTIALS
    }
  }

  /** Files changed while the cache path was read, so it is scanned once more. */
  record Rescanned(int count, SomeNames names) implements Notice {}

  /** Files have times that an image cannot hold, and are saved with the nearest. */
  record TimesOutOfRange(int count, SomeNames names) implements Notice {}

  /**
   * Which blobs of an OCI image layout are needed cannot be told, so all are saved.
   *
   * @param layout the layout's folder in the cache path; empty for the cache path itself
   */
  record LayoutUnclear(String layout, String why) implements Notice {}

  /** The store does not say what lies under the target, and answers for other tags: it is saved. */
  record TargetUnknown(StoreReference target, Trouble trouble) implements Notice {}

  /** The store refused a manifest for blobs that it had said to have: they are sent. */
  record Resent(Trouble trouble) implements Notice {}

  /**
   * A tag that moves holds what no cache tool made, and stays.
   *
   * @param repository as its store names it
   */
  record TagLeftAlone(Tag tag, String repository) implements Notice {}

  /** A tag that moves names a cache of another platform, and stays. */
  record TagOfAnotherPlatform(Tag tag, Platform there, Platform here) implements Notice {}

  /** A tag that moves still names what it named before, or nothing. */
  record TagNotMoved(Tag tag, Trouble trouble) implements Notice {}

  /**
   * The tag that follows names another image now.
   *
   * @param reference that tag
   */
  record RollingTagMoved(StoreReference reference, Digest image) implements CacheEvent {}

  /** A later upload has to read and send more. */
  record NoLocalIndex(Trouble trouble) implements Notice {}

  /** There is trouble in a store, and another one of the same cache comes behind it. */
  record PassedOver(StoreReference reference, Trouble trouble) implements Notice {}

  /**
   * A cache could not be brought to another of its stores; it is restored, or saved, all the same.
   */
  record NotWrittenThrough(StoreReference target, Trouble trouble) implements Notice {}

  /** A restore was interrupted, and is not undone, since this run only looks. */
  record InterruptedBefore() implements Notice {}

  /** Which way layers move. */
  enum Direction {
    RESTORE,
    SAVE
  }
}
