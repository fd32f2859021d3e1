package dev.stepcache.cli;

import dev.stepcache.oci.Descriptor;
import dev.stepcache.oci.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which layers several of some caches have. Tags of one image are one cache here. */
public final class Sharing {
  private final Map<Digest, Integer> images = new HashMap<>();
  private final Map<Digest, Long> sizes = new HashMap<>();

  /**
   * @param caches of one repository; none of them is changed or kept
   */
  public Sharing(Collection<CacheDetails.Cache> caches) {
    Set<Digest> seen = new HashSet<>();
    for (CacheDetails.Cache cache : caches) {
      if (seen.add(cache.digest())) {
        for (Descriptor layer : new HashSet<>(cache.layers())) {
          images.merge(layer.digest(), 1, Integer::sum);
          sizes.put(layer.digest(), layer.size());
        }
      }
    }
  }

  /** The bytes of a cache's layers that another image has too. */
  public long shared(CacheDetails.Cache cache) {
    return cache.layers().stream()
        .distinct()
        .filter(layer -> images.getOrDefault(layer.digest(), 0) > 1)
        .mapToLong(Descriptor::size)
        .sum();
  }

  /** The bytes of all layers, each counted once. */
  public long stored() {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many images there are behind the tags. */
  public static long images(Collection<CacheDetails.Cache> caches) {
    return caches.stream().map(CacheDetails.Cache::digest).distinct().count();
  }
}
