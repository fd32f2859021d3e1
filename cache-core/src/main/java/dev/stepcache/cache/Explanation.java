package dev.stepcache.cache;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.IndexLayer;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.RecipeDifferences;
import dev.stepcache.key.RecipeText;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.resources.Resources;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.Findings;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Why a key was missed: how its files differ from those behind the newest cache.
 *
 * @param differences a line each, between what made the cache under {@code latest} and what made
 *     this key. Empty where there is no such cache, or it cannot be read: this is a courtesy
 * @param latestIsOurs whether {@code latest} was seen to hold nothing, or a cache of ours
 * @param findings what was found broken on the way
 */
public record Explanation(
    Optional<List<String>> differences, boolean latestIsOurs, Findings findings) {

  /** The differences alone. */
  public static Optional<List<String>> of(
      Fetcher store, TagOrDigest latest, KeyRecipe recipe, Resources resources) {
    return at(store, latest, recipe, resources).differences();
  }

  /** Looks at {@code latest}. */
  public static Explanation at(
      Fetcher store, TagOrDigest latest, KeyRecipe recipe, Resources resources) {
    VerifiedReads reads = new VerifiedReads(store);
    boolean ours = false;
    try {
      Optional<StoredManifest> stored = store.manifest(latest);
      if (stored.isEmpty()) {
        return new Explanation(Optional.empty(), true, Findings.NONE);
      }
      Manifest manifest = ImageReader.manifest(stored.get());
      int format = CacheImage.format(manifest);
      ours = format > 0;
      return new Explanation(
          ours && format <= CacheImage.FORMAT
              ? differences(reads, manifest, recipe, resources)
              : Optional.empty(),
          ours,
          Findings.NONE);
    } catch (IOException | IllegalArgumentException e) {
      return new Explanation(Optional.empty(), ours, reads.findings());
    }
  }

  private static Optional<List<String>> differences(
      VerifiedReads reads, Manifest manifest, KeyRecipe recipe, Resources resources)
      throws IOException {
    CacheImage image = ImageReader.image(reads, manifest);
    return image.index().isEmpty()
        ? Optional.empty()
        : recipe(ImageReader.index(reads, image.index().get(), new MemoryBudget(resources)))
            .map(older -> RecipeDifferences.between(older, recipe));
  }

  /** What made the key of an image; empty where it does not say, or in no way that is known. */
  public static Optional<KeyRecipe> recipe(IndexLayer layer) {
    try {
      return layer.recipe().map(RecipeText::read);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
