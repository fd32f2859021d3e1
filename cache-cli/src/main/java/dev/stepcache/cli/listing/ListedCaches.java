package dev.stepcache.cli.listing;

import dev.stepcache.cli.Age;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.oci.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All tags of a repository that were asked for, each by what it leads to.
 *
 * @param saved when images were saved, by their digests: as far as their indexes say and were read,
 *     else as the store says of their tags
 * @param unread bytes of indexes that were not read for that, since they are many
 */
public record ListedCaches(
    List<CacheDetails.Cache> caches,
    List<CacheDetails.NoCache> others,
    List<CacheDetails.Broken> broken,
    Map<Digest, Instant> saved,
    long unread) {
  /**
   * When a cache was saved.
   *
   * @param exact whether its index or the store says so; else it is the newest time in it
   */
  public record Time(Instant instant, boolean exact) {
    /** For people: such as {@code 3 d}, with a {@code ~} where it is not exact. */
    public String age(Instant now) {
      String about = Age.of(instant, now);
      return exact ? about.substring(1) : about;
    }
  }

  /** Empty where nothing tells. */
  public Optional<Time> time(CacheDetails.Cache cache) {
    Instant told = saved.get(cache.digest());
    if (told != null) {
      return Optional.of(new Time(told, true));
    }
    return Age.isKnown(cache.config().created())
        ? Optional.of(new Time(cache.config().created(), false))
        : Optional.empty();
  }
}
