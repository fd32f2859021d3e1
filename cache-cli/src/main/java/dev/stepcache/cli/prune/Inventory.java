package dev.stepcache.cli.prune;

import dev.stepcache.bake.BakedImage;
import dev.stepcache.cli.Age;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.listing.ListedCaches;
import dev.stepcache.cli.listing.RepositoryReader;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.store.TagLister;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All tags of a repository, each by what it led to when it was looked at.
 *
 * @param what it is that is chosen from, for people: the name of one
 * @param tags all of them, whatever they are
 * @param caches what there is to choose from; of images that were baked each is as a cache that has
 *     no key
 * @param exact images of which the time of the save is known; of others it is that of their newest
 *     file
 * @param others how many are none of these
 * @param broken those whose documents cannot be read: nobody knows how old they are
 * @param members the images of each index that was baked
 */
record Inventory(
    String what,
    SortedSet<Tag> tags,
    List<CacheDetails.Cache> caches,
    Set<Digest> exact,
    int others,
    List<CacheDetails.Broken> broken,
    Map<Digest, Set<Digest>> members) {
  /**
   * Reads all of it. A cache's time is that of its save where its index tells that: the newest file
   * of a cache may be years older, such as where a tool keeps the times of a release.
   */
  static Inventory of(RepositoryReader reader) throws IOException {
    SortedSet<Tag> tags = tagsThatAreThere(reader.store());
    ListedCaches found = reader.read(List.copyOf(tags), true);
    return new Inventory(
        "cache",
        tags,
        found.caches().stream().map(cache -> atItsSave(cache, found)).toList(),
        Set.copyOf(found.saved().keySet()),
        found.others().size(),
        found.broken(),
        Map.of());
  }

  /** Reads what a bake made there; caches and images of other tools are none of these. */
  static Inventory ofBaked(RepositoryReader reader) throws IOException {
    SortedSet<Tag> tags = tagsThatAreThere(reader.store());
    List<Tag> each = List.copyOf(tags);
    Map<Tag, BakedImage> baked = new ConcurrentHashMap<>();
    Map<Tag, CacheDetails.Broken> broken = new ConcurrentHashMap<>();
    reader.each(
        "reading tags",
        each.size(),
        number -> {
          Tag tag = each.get(number);
          try {
            baked(reader.store(), tag).ifPresent(image -> baked.put(tag, image));
          } catch (StoreException.Corrupt | BrokenContentException e) {
            broken.put(tag, new CacheDetails.Broken(tag, String.valueOf(e.getMessage())));
          }
        });
    List<CacheDetails.Cache> images = new ArrayList<>();
    Map<Digest, Set<Digest>> members = new HashMap<>();
    for (Tag tag : each) {
      BakedImage image = baked.get(tag);
      if (image != null) {
        images.add(
            new CacheDetails.Cache(
                tag, image.digest(), Optional.empty(), image.config(), image.layers()));
        members.put(image.digest(), image.members());
      }
    }
    return new Inventory(
        "baked image",
        tags,
        images,
        Set.copyOf(members.keySet()),
        tags.size() - images.size() - broken.size(),
        each.stream().flatMap(tag -> Optional.ofNullable(broken.get(tag)).stream()).toList(),
        members);
  }

  private static Optional<BakedImage> baked(Store store, Tag tag) throws IOException {
    Optional<StoredManifest> stored = store.manifest(tag);
    try {
      return stored.isEmpty() ? Optional.empty() : BakedImage.read(store, stored.get());
    } catch (MalformedDocumentException e) {
      // An artifact, or of an older schema: no bake makes such.
      return Optional.empty();
    }
  }

  private static SortedSet<Tag> tagsThatAreThere(Store store) throws IOException {
    return tags(store)
        .orElseThrow(() -> new Session.CacheTrouble(Reason.MISS, "nothing is there: " + store));
  }

  /** How old a cache is, for people. */
  String age(CacheDetails.Cache cache, Instant now) {
    Instant time = cache.config().created();
    return Age.isKnown(time)
        ? new ListedCaches.Time(time, exact.contains(cache.digest())).age(now)
        : Age.of(time, now);
  }

  /** The same, where nothing is kept of what was read before. */
  static Inventory of(Store store) throws IOException {
    return of(new RepositoryReader(store, Map.of(), Optional.empty()));
  }

  private static CacheDetails.Cache atItsSave(CacheDetails.Cache cache, ListedCaches found) {
    Instant created = cache.config().created();
    return Optional.ofNullable(found.saved().get(cache.digest()))
        // An index tells seconds: of two saves in one of them the files know which came first.
        .filter(time -> !created.truncatedTo(ChronoUnit.SECONDS).equals(time))
        .map(time ->
            new CacheDetails.Cache(
                cache.tag(),
                cache.digest(),
                cache.key(),
                new ImageConfig(cache.config().platform(), time, cache.config().diffIds()),
                cache.layers(),
                cache.expiry(),
                cache.scope()))
        .orElse(cache);
  }

  /** The names of all tags as they are now; empty where there is no repository. */
  static Optional<SortedSet<Tag>> tags(Store store) throws IOException {
    Optional<TagLister> lister = store.offers(TagLister.class);
    if (lister.isEmpty()) {
      throw new StoreException.Rejected(
          "list " + store + ": this store tells no tags, so nobody knows what is there");
    }
    return lister.get().tags();
  }
}
