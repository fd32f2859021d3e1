package dev.stepcache.cache;

import dev.stepcache.image.CacheImage;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.oci.Manifest;
import dev.stepcache.oci.TagOrDigest;
import dev.stepcache.pack.HeldMemory;
import dev.stepcache.pack.IndexLayer;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoredManifest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Why a key was missed: how its files differ from those behind the newest cache. */
public final class Explanation {
  private Explanation() {}

  /**
   * The differences, a line each, between what made the cache under {@code latest} and what made
   * this key. Empty where there is no such cache, or it cannot be read: this is a courtesy.
   */
  public static Optional<List<String>> of(Store store, TagOrDigest latest, KeyRecipe recipe) {
    try {
      Optional<StoredManifest> stored = store.manifest(latest);
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      Manifest manifest = Blobs.manifest(stored.get());
      int format = CacheImage.format(manifest);
      if (format == 0 || format > CacheImage.FORMAT) {
        return Optional.empty();
      }
      CacheImage image = Blobs.image(store, manifest);
      if (image.index().isEmpty()) {
        return Optional.empty();
      }
      return recipe(Blobs.index(store, image.index().get(), HeldMemory.ofHeap()))
          .map(older -> older.differences(recipe));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What made the key of an image; empty where it does not say, or in no way that is known. */
  static Optional<KeyRecipe> recipe(IndexLayer layer) {
    try {
      return layer.recipe().map(KeyRecipe::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
