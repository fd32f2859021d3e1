package dev.stepcache.cache;

import dev.stepcache.archive.Compression;
import dev.stepcache.format.Expiry;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.Findings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to save where.
 *
 * @param target where; its selector must be a tag
 * @param latest the tag that points to the newest key; empty when the target has no key
 * @param recipe what made the key
 * @param when whether a cache that is there is replaced
 * @param compression of the layers that are packed now
 * @param broken an image that could not be restored, and so may be replaced
 * @param spare a folder for what waits to be sent, where it may not wait beside the tree
 * @param neighbours opens other repositories of the target's registry
 * @param findings what fetches of this pod found broken, of whatever key
 * @param anyPlatform whether a cache of another platform is as good
 * @param latestIsOurs whether {@code latest} is known to hold nothing, or a cache
 * @param expiry when what is saved may be deleted
 * @param origin what the image says of where it comes from
 * @param rolling a tag that is to name what lies under {@code tag} in the end, saved now or before
 */
public record UploadRequest(
    Store store,
    StoreReference target,
    Tag tag,
    Optional<Tag> latest,
    Optional<CacheKey> key,
    Optional<KeyRecipe> recipe,
    When when,
    Compression compression,
    Optional<Digest> broken,
    Optional<Path> spare,
    Neighbours neighbours,
    Findings findings,
    boolean anyPlatform,
    boolean latestIsOurs,
    Optional<Expiry> expiry,
    Origin origin,
    Optional<Tag> rolling) {

  /**
   * Where a cache comes from.
   *
   * @param scope for whom it is saved
   * @param buildTime how long the build took that made it
   */
  public record Origin(Optional<Scope> scope, Optional<Duration> buildTime) {
    /** Nothing is known. */
    public static final Origin UNKNOWN = new Origin(Optional.empty(), Optional.empty());
  }

  /** The request of a run of which no more is known. */
  public UploadRequest(
      Store store,
      StoreReference target,
      Tag tag,
      Optional<Tag> latest,
      Optional<CacheKey> key,
      Optional<KeyRecipe> recipe,
      When when,
      Compression compression,
      Optional<Digest> broken,
      Optional<Path> spare,
      Neighbours neighbours,
      Findings findings,
      boolean anyPlatform,
      boolean latestIsOurs,
      Optional<Expiry> expiry) {
    this(
        store,
        target,
        tag,
        latest,
        key,
        recipe,
        when,
        compression,
        broken,
        spare,
        neighbours,
        findings,
        anyPlatform,
        latestIsOurs,
        expiry,
        Origin.UNKNOWN,
        Optional.empty());
  }

  /**
   * Saves under a tag, where no cache is yet that could be restored; tells nobody what made it.
   *
   * @param target whose selector is a tag
   * @throws IllegalArgumentException when it is a digest
   */
  public static UploadRequest to(Store store, StoreReference target) {
    if (!(target.selector() instanceof Tag tag)) {
      throw new IllegalArgumentException("an upload needs a tag, not a digest: " + target);
    }
    return new UploadRequest(
        store,
        target,
        tag,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        When.MISS,
        Compression.USUAL,
        Optional.empty(),
        Optional.empty(),
        reference -> {
          throw new IOException("no other repository is open");
        });
  }

  /** The request of a pod in which nothing was found broken. */
  public UploadRequest(
      Store store,
      StoreReference target,
      Tag tag,
      Optional<Tag> latest,
      Optional<CacheKey> key,
      Optional<KeyRecipe> recipe,
      When when,
      Compression compression,
      Optional<Digest> broken,
      Optional<Path> spare,
      Neighbours neighbours) {
    this(
        store,
        target,
        tag,
        latest,
        key,
        recipe,
        when,
        compression,
        broken,
        spare,
        neighbours,
        Findings.NONE,
        false,
        false,
        Optional.empty());
  }

  /** The same to another store, or through another. */
  UploadRequest on(Store other) {
    return with(other, origin, rolling);
  }

  /** The same of a cache of which it is known where it comes from. */
  public UploadRequest from(Origin other) {
    return with(store, other, rolling);
  }

  /** The same, with a tag that follows, where one is given. */
  public UploadRequest followedBy(Optional<Tag> other) {
    return with(store, origin, other);
  }

  private UploadRequest with(Store otherStore, Origin otherOrigin, Optional<Tag> otherRolling) {
    return new UploadRequest(
        otherStore,
        target,
        tag,
        latest,
        key,
        recipe,
        when,
        compression,
        broken,
        spare,
        neighbours,
        findings,
        anyPlatform,
        latestIsOurs,
        expiry,
        otherOrigin,
        otherRolling);
  }

  /**
   * Whether layers may be taken over from another repository, where a file in the cache path says
   * that they are the tree's. Whoever may write there could name any repository that the account
   * may read, to have its content put where he may read it. So it must be one of the target's
   * namespace, or what this pod's own fetch restored.
   */
  boolean mayBuildOn(StoreReference image) {
    return target.isBeside(image)
        && (target.sharesNamespaceWith(image)
            // Not by equals: the first comparison of records costs ten milliseconds.
            || neighbours
                .fetched()
                .filter(own -> own.toString().equals(image.toString()))
                .isPresent());
  }

  /** Other repositories of the target's registry. */
  @FunctionalInterface
  public interface Neighbours {
    /** Opens the one in which a reference lies; whoever made it closes that. */
    Fetcher open(StoreReference reference) throws IOException;

    /** What this pod's fetch restored, by its digest. */
    default Optional<StoreReference> fetched() {
      return Optional.empty();
    }
  }

  /** When to save, if there is a cache under the tag. */
  public enum When {
    /** Only if it could not be restored. */
    MISS,
    /**
     * If the tree is another than it was restored as; for times and modes alone only when the
     * newest time is a day later, since tools touch files on each run and trim by their times.
     */
    CHANGED,
    /** In any case. */
    ALWAYS
  }
}
