package dev.stepcache.cli.prune;

import dev.stepcache.cli.CacheDetails;
import dev.stepcache.cli.Session;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreException;
import dev.stepcache.store.TagLister;
import dev.stepcache.transfer.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * All tags of a repository, each by what it led to when it was looked at.
 *
 * @param tags all of them, whatever they are
 * @param others how many are no caches
 * @param broken caches whose manifest or config cannot be read: nobody knows how old they are
 */
record Inventory(
    SortedSet<Tag> tags,
    List<CacheDetails.Cache> caches,
    int others,
    List<CacheDetails.Broken> broken) {
  /** As many requests at a time: few enough for a registry that many use. */
  private static final int ASKING = 8;

  static Inventory of(Store store) throws IOException {
    SortedSet<Tag> tags =
        tags(store)
            .orElseThrow(() -> new Session.WrongCache(Reason.MISS, "nothing is there: " + store));
    List<Tag> all = List.copyOf(tags);
    List<Optional<CacheDetails>> details = new ArrayList<>();
    all.forEach(tag -> details.add(Optional.empty()));
    Workers.runEach(
        all.size(),
        ASKING,
        number -> {
          Optional<CacheDetails> read = CacheDetails.read(store, all.get(number));
          synchronized (details) {
            details.set(number, read);
          }
        });
    List<CacheDetails.Cache> caches = new ArrayList<>();
    List<CacheDetails.Broken> broken = new ArrayList<>();
    int others = 0;
    for (Optional<CacheDetails> one : details) {
      if (one.isPresent()) {
        switch (one.get()) {
          case CacheDetails.Cache cache -> caches.add(cache);
          case CacheDetails.NoCache _ -> others++;
          case CacheDetails.Broken wrong -> broken.add(wrong);
        }
      }
    }
    return new Inventory(tags, caches, others, broken);
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
