package dev.stepcache.cli.prune;

import dev.stepcache.cli.Age;
import dev.stepcache.cli.CacheDetails;
import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Which tags go, and why, before anything is done. An image goes with its last tag.
 *
 * @param entries all tags of caches, the oldest image first, what names the newest of its scope
 *     last
 * @param stored bytes of all layers there are, each counted once
 * @param stays bytes of the layers of images that stay
 */
record PrunePlan(List<Entry> entries, long stored, long stays) {
  /** A clock may be off by as much without a word. */
  private static final Duration SLACK = Duration.ofHours(1);

  /**
   * A tag of a cache.
   *
   * @param why it goes; empty where it stays
   */
  record Entry(CacheDetails.Cache cache, Scopes.Membership membership, Optional<String> why) {
    boolean goes() {
      return why.isPresent();
    }
  }

  PrunePlan {
    entries = List.copyOf(entries);
  }

  static PrunePlan of(Collection<CacheDetails.Cache> caches, PruneRules rules, Instant now) {
    return byRules(caches, new Scopes(caches), rules, now);
  }

  /** Of images that were baked, which are one scope. */
  static PrunePlan ofBaked(Collection<CacheDetails.Cache> images, PruneRules rules, Instant now) {
    return byRules(images, Scopes.one(), rules, now);
  }

  private static PrunePlan byRules(
      Collection<CacheDetails.Cache> caches, Scopes scopes, PruneRules rules, Instant now) {
    Verdicts verdicts = new Verdicts(caches, scopes, rules, now);
    return byVerdict(
        caches, scopes, (cache, membership) -> verdicts.why(membership.scope(), cache.digest()));
  }

  /** By their tags alone. */
  static PrunePlan ofTags(Collection<CacheDetails.Cache> caches, Predicate<Tag> goes, String why) {
    return byVerdict(
        caches,
        new Scopes(caches),
        (cache, membership) -> goes.test(cache.tag()) ? Optional.of(why) : Optional.empty());
  }

  private static PrunePlan byVerdict(
      Collection<CacheDetails.Cache> caches,
      Scopes scopes,
      BiFunction<CacheDetails.Cache, Scopes.Membership, Optional<String>> why) {
    List<Entry> entries =
        caches.stream()
            .map(cache -> {
              Scopes.Membership membership = scopes.of(cache);
              return new Entry(cache, membership, why.apply(cache, membership));
            })
            .sorted(
                Comparator.comparing((Entry entry) -> entry.membership().rolling())
                    .thenComparing(entry -> entry.cache().config().created())
                    .thenComparing(entry -> entry.cache().digest())
                    .thenComparing(entry -> entry.cache().tag().value()))
            .toList();
    return new PrunePlan(
        entries, layers(entries), layers(entries.stream().filter(entry -> !entry.goes()).toList()));
  }

  private static long layers(List<Entry> entries) {
    Map<Digest, Long> sizes = new HashMap<>();
    for (Entry entry : entries) {
      for (Descriptor layer : entry.cache().layers()) {
        sizes.put(layer.digest(), layer.size());
      }
    }
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  List<Entry> going() {
    return entries.stream().filter(Entry::goes).toList();
  }

  boolean takesAll() {
    return !entries.isEmpty() && going().size() == entries.size();
  }

  /** Images of which no tag stays. */
  long imagesGoing() {
    Set<Digest> staying = new HashSet<>();
    entries.stream()
        .filter(entry -> !entry.goes())
        .forEach(entry -> staying.add(entry.cache().digest()));
    return going().stream()
        .map(entry -> entry.cache().digest())
        .filter(digest -> !staying.contains(digest))
        .distinct()
        .count();
  }

  long images() {
    return entries.stream().map(entry -> entry.cache().digest()).distinct().count();
  }

  long frees() {
    return stored - stays;
  }

  /** By how much the newest cache is ahead of this machine's clock, where that is worth a word. */
  Optional<Duration> ahead(Instant now) {
    return entries.stream()
        .map(entry -> entry.cache().config().created())
        .filter(Age::isKnown)
        .max(Comparator.naturalOrder())
        .map(newest -> Duration.between(now, newest))
        .filter(ahead -> ahead.compareTo(SLACK) > 0);
  }
}
