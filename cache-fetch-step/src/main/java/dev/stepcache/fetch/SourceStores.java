package dev.stepcache.fetch;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.Candidate;
import dev.stepcache.cache.NearerStore;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.step.StepOptions;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stores that a fetch looks in, in their order, and what it brings to the nearer ones. */
final class SourceStores {
  private final OpenStores stores;
  private final FetchOptions options;
  private final StepOptions common;
  private final Optional<CacheKey> key;

  /** By their names, as each store is read. */
  private final Map<String, Fetcher> read = new HashMap<>();

  SourceStores(OpenStores stores, FetchOptions options, Optional<CacheKey> key) {
    this.stores = stores;
    this.options = options;
    this.common = options.step();
    this.key = key;
  }

  /**
   * The key's own reference in each store, then that of other scopes, then the fallbacks in their
   * order; none twice.
   */
  List<Candidate> candidates() throws IOException {
    Map<String, Candidate> candidates = new LinkedHashMap<>();
    for (ReferenceTemplate own : common.templates()) {
      add(candidates, own, Candidate.Match.KEY);
    }
    for (ReferenceTemplate other : options.fallbacks().scopes()) {
      add(candidates, other, Candidate.Match.SAME_KEY);
    }
    for (ReferenceTemplate fallback : options.fallbacks().others()) {
      add(candidates, fallback, Candidate.Match.FALLBACK);
    }
    return List.copyOf(candidates.values());
  }

  private void add(
      Map<String, Candidate> candidates, ReferenceTemplate template, Candidate.Match match)
      throws IOException {
    StoreReference reference = StepOptions.reference(template, key);
    if (!candidates.containsKey(reference.toString())) {
      boolean nearer =
          isOneOfOurs(reference)
              && !StepOptions.reference(common.template(), key).sharesStoreWith(reference);
      candidates.put(
          reference.toString(), new Candidate(read(reference), reference, match, nearer));
    }
  }

  private boolean isOneOfOurs(StoreReference reference) {
    return common.templates().size() > 1
        && common.templates().stream()
            .anyMatch(one -> StepOptions.reference(one, key).sharesStoreWith(reference));
  }

  /** A store, of which the nearest one keeps what is read, where it is to. */
  private Fetcher read(StoreReference reference) throws IOException {
    Store store = store(reference);
    if (!options.writesThrough()) {
      return store;
    }
    StoreReference nearest = StepOptions.reference(common.templates().getFirst(), key);
    boolean isBehind = !nearest.sharesStoreWith(reference) && isOneOfOurs(reference);
    return read.computeIfAbsent(
        store.toString(),
        _ -> isBehind ? Caches.writingThrough(store, stores.ofSeveral(nearest)) : store);
  }

  private Store store(StoreReference reference) throws IOException {
    return common.templates().size() > 1 ? stores.ofSeveral(reference) : stores.of(reference);
  }

  /**
   * Brings a hit to the stores that are asked before the one that had it. The cache path is whole
   * by then: what goes wrong here is no more than a line.
   */
  void writeThrough(FetchOutcome outcome, Caches caches) throws IOException {
    if (!options.writesThrough() || outcome.reason() != Reason.HIT) {
      return;
    }
    FetchOutcome.Restored restored = outcome.restored().orElseThrow();
    List<NearerStore> nearer = new ArrayList<>();
    for (ReferenceTemplate template : common.templates()) {
      StoreReference target =
          StepOptions.reference(template, key).with(restored.reference().selector());
      if (target.toString().equals(restored.reference().toString())) {
        break;
      }
      nearer.add(NearerStore.of(stores.ofSeveral(target), target, outcome.found()));
    }
    caches.writeThrough(
        read(restored.reference()), restored.reference().with(restored.digest()), nearer);
  }
}
