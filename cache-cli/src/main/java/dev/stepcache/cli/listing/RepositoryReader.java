package dev.stepcache.cli.listing;

import dev.stepcache.archive.CorruptArchiveException;
import dev.stepcache.archive.LimitException;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.Session;
import dev.stepcache.cli.progress.ProgressMeter;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.Uses;
import dev.stepcache.oci.BrokenContentException;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.ImageConfig;
import dev.stepcache.oci.LayerCompression;
import dev.stepcache.oci.MalformedDocumentException;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.TagLister;
import dev.stepcache.store.TagTimes;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.transfer.Workers;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Reads what the tags of a repository lead to, several at a time.
 *
 * @param meter shows how far it is
 */
public record RepositoryReader(
    Store store, Map<String, String> environment, Optional<ProgressMeter> meter) {
  /** As many requests at a time: few enough for a registry that many use. */
  private static final int ASKING = 8;

  /** Indexes of more than this are not read only for the time of saving. */
  private static final long INDEXES = 100_000_000;

  /** All tags whose names pass. */
  public List<Tag> tags(Predicate<Tag> wanted) throws IOException {
    TagLister lister =
        store
            .offers(TagLister.class)
            .orElseThrow(
                () -> new StoreException.Rejected("list " + store + ": this store tells no tags"));
    return lister
        .tags()
        .orElseThrow(() -> new Session.CacheTrouble(Reason.MISS, "nothing is there: " + store))
        .stream()
        .filter(wanted)
        .toList();
  }

  /**
   * What tags lead to; those that are gone meanwhile are left out.
   *
   * @param allIndexes whether indexes are read for the time of saving, however many bytes they are
   */
  public ListedCaches read(List<Tag> tags, boolean allIndexes) throws IOException {
    KnownImages images = KnownImages.of(store, environment);
    // Caches share layers: one object for each of these, and not one for each cache.
    Map<Descriptor, Descriptor> layers = new ConcurrentHashMap<>();
    Map<Tag, CacheDetails> details = new ConcurrentHashMap<>();
    each(
        "reading tags",
        tags.size(),
        number -> {
          Tag tag = tags.get(number);
          CacheDetails.readOrKnown(
                  store, tag, digest -> images.find(digest).map(RepositoryReader::config))
              .ifPresent(read -> details.put(tag, sharing(read, layers)));
        });
    List<CacheDetails.Cache> caches = new ArrayList<>();
    List<CacheDetails.NoCache> others = new ArrayList<>();
    List<CacheDetails.Broken> broken = new ArrayList<>();
    for (Tag tag : tags) {
      CacheDetails read = details.get(tag);
      if (read != null) {
        switch (read) {
          case CacheDetails.Cache cache -> caches.add(cache);
          case CacheDetails.NoCache other -> others.add(other);
          case CacheDetails.Broken wrong -> broken.add(wrong);
        }
      }
    }
    long unread = learn(caches, images, allIndexes);
    images.write();
    Map<Digest, Instant> saved = new HashMap<>();
    for (CacheDetails.Cache cache : caches) {
      images
          .find(cache.digest())
          .flatMap(KnownImage::saved)
          .ifPresent(time -> saved.put(cache.digest(), time));
    }
    saved.putAll(toldByTheStore(caches, saved));
    return new ListedCaches(caches, others, broken, saved, unread);
  }

  /** Of images of which no index tells it; the first of the tags that name one came with it. */
  private Map<Digest, Instant> toldByTheStore(
      List<CacheDetails.Cache> caches, Map<Digest, Instant> saved) throws IOException {
    Optional<TagTimes> store = this.store.offers(TagTimes.class);
    if (store.isEmpty() || caches.stream().allMatch(cache -> saved.containsKey(cache.digest()))) {
      return Map.of();
    }
    Map<Digest, Instant> first = new HashMap<>();
    try {
      Map<Tag, Instant> times = store.get().tagTimes();
      for (CacheDetails.Cache cache : caches) {
        Instant time = times.get(cache.tag());
        if (time != null && !saved.containsKey(cache.digest())) {
          first.merge(cache.digest(), time, (one, other) -> one.isBefore(other) ? one : other);
        }
      }
    } catch (StoreException | MalformedDocumentException e) {
      // A courtesy: the newest time in each cache is known.
    }
    return first;
  }

  private static ImageConfig config(KnownImage known) {
    return new ImageConfig(known.platform(), known.created(), List.of());
  }

  private static CacheDetails sharing(CacheDetails read, Map<Descriptor, Descriptor> layers) {
    return read instanceof CacheDetails.Cache cache
        ? new CacheDetails.Cache(
            cache.tag(),
            cache.digest(),
            cache.key(),
            cache.config(),
            cache.layers().stream()
                .map(layer -> layers.computeIfAbsent(layer, same -> same))
                .toList(),
            cache.expiry(),
            cache.scope())
        : read;
  }

  /** Learns when images were saved; returns how many bytes of indexes were too many for that. */
  private long learn(List<CacheDetails.Cache> caches, KnownImages images, boolean all)
      throws IOException {
    Map<Descriptor, List<CacheDetails.Cache>> indexes = new HashMap<>();
    for (CacheDetails.Cache cache : caches) {
      Optional<KnownImage> known = images.find(cache.digest());
      if (known.filter(told -> told.saved().isPresent() || told.saysNothing()).isPresent()) {
        images.add(known.get());
      } else {
        images.add(known(cache, Optional.empty(), false));
        indexes.computeIfAbsent(cache.layers().getLast(), _ -> new ArrayList<>()).add(cache);
      }
    }
    long bytes = indexes.keySet().stream().mapToLong(Descriptor::size).sum();
    if (bytes > INDEXES && !all) {
      return bytes;
    }
    List<Descriptor> unread =
        indexes.keySet().stream().sorted(Comparator.comparingLong(Descriptor::size)).toList();
    each(
        "reading indexes",
        unread.size(),
        number -> {
          Descriptor index = unread.get(number);
          Optional<Instant> saved;
          try {
            saved = saved(index);
          } catch (LimitException e) {
            // A Java with more memory may learn it.
            return;
          }
          for (CacheDetails.Cache cache : indexes.getOrDefault(index, List.of())) {
            images.add(known(cache, saved, saved.isEmpty()));
          }
        });
    return 0;
  }

  private static KnownImage known(
      CacheDetails.Cache cache, Optional<Instant> saved, boolean saysNothing) {
    return new KnownImage(
        cache.digest(), cache.config().platform(), cache.config().created(), saved, saysNothing);
  }

  /** What an index says; nothing of one that nobody can read, which verify and show tell. */
  private Optional<Instant> saved(Descriptor index) throws IOException {
    Optional<LayerCompression> compression = index.mediaType().layerCompression();
    if (compression.isEmpty()) {
      return Optional.empty();
    }
    try {
      return ImageReader.index(
              new VerifiedReads(store),
              index,
              compression.get(),
              new MemoryBudget(Resources.ofThisJvm()))
          .index()
          .uses()
          .map(Uses::savedAt);
    } catch (StoreException.Corrupt | BrokenContentException | CorruptArchiveException e) {
      return Optional.empty();
    }
  }

  /** Does something with each of so many, a few at a time, and shows how far it is. */
  public void each(String task, int count, Workers.NumberedTask work) throws IOException {
    AtomicLong done = new AtomicLong();
    meter.ifPresent(shown -> shown.begin(task, count, "", 1));
    try {
      Workers.runEach(
          count,
          ASKING,
          number -> {
            work.run(number);
            long reached = done.incrementAndGet();
            meter.ifPresent(shown -> shown.reached(reached));
          });
    } finally {
      meter.ifPresent(ProgressMeter::close);
    }
  }
}
