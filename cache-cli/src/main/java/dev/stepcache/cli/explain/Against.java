package dev.stepcache.cli.explain;

import dev.stepcache.cache.Explanation;
import dev.stepcache.cli.StoredCache;
import dev.stepcache.format.CacheImage;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.RecipeDifferences;
import dev.stepcache.oci.Digest;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.transfer.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a key differs from the one that a cache was saved under.
 *
 * @param key of the cache; empty where it was saved under none
 * @param differences a line each; empty where the cache does not say what made its key
 * @param causes a sentence each
 */
record Against(
    StoreReference reference,
    Digest digest,
    Optional<CacheKey> key,
    Optional<List<String>> differences,
    List<String> causes) {
  Against {
    causes = List.copyOf(causes);
  }

  static Against read(
      Store store, StoreReference reference, KeyInputs.Computed computed, Path folder)
      throws IOException {
    StoredCache cache = StoredCache.open(store, reference);
    CacheImage image = ImageReader.image(cache.reads(), cache.manifest());
    Optional<KeyRecipe> older =
        Explanation.recipe(
            ImageReader.index(
                cache.reads(),
                image.index().orElseThrow(),
                new MemoryBudget(Resources.ofThisJvm())));
    return new Against(
        reference,
        cache.digest(),
        image.key(),
        older.map(recipe -> RecipeDifferences.between(recipe, computed.recipe())),
        older
            .map(recipe -> new KnownCauses(recipe, computed.recipe(), folder).all())
            .orElse(List.of()));
  }
}
