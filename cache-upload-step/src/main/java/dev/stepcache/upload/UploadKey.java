package dev.stepcache.upload;

import dev.stepcache.console.UploadWords;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyExtraException;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.NoLockFilesException;
import dev.stepcache.key.RecipeDifferences;
import dev.stepcache.outcome.FetchRecord;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.step.StepOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A key to save under, and what made it as far as that is known.
 *
 * @param key empty where the target needs none
 */
record UploadKey(Optional<CacheKey> key, Optional<KeyRecipe> recipe) {
  /** Where a key comes from; says what there is to say of it. */
  record Search(UploadOptions options, StepOptions common, UploadWords words) {
    /** The KEY param, else fetch's key, else one computed now. */
    UploadKey known(Optional<FetchRecord> record) throws IOException {
      Optional<CacheKey> known = options.key().or(() -> record.flatMap(FetchRecord::key));
      if (known.isEmpty()) {
        if (!common.template().needsKey() && common.patterns().isEmpty()) {
          return new UploadKey(Optional.empty(), Optional.empty());
        }
        KeyInputs.Computed computed = common.keyInputs().compute();
        words.computedNow(computed);
        return new UploadKey(Optional.of(computed.key()), Optional.of(computed.recipe()));
      }
      CacheKey key = known.get();
      if (options.key().isPresent()) {
        words.givenKey(key);
      } else {
        words.keyOfTheFetch(key);
      }
      Optional<KeyRecipe> recipe =
          record.filter(left -> left.key().equals(Optional.of(key))).flatMap(FetchRecord::recipe);
      return new UploadKey(Optional.of(key), recipe.or(() -> recomputed(key)).map(this::compared));
    }

    private Optional<KeyRecipe> recomputed(CacheKey key) {
      return now().filter(computed -> computed.key().equals(key)).map(KeyInputs.Computed::recipe);
    }

    /** Says which files the build changed since the fetch; the key stays the fetch's. */
    private KeyRecipe compared(KeyRecipe recipe) {
      Optional<KeyInputs.Computed> now = now();
      words.changedByTheBuild(
          now.map(computed -> RecipeDifferences.between(recipe, computed.recipe()))
              .orElse(List.of()));
      return recipe;
    }

    private Optional<KeyInputs.Computed> now() {
      if (common.patterns().isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(common.keyInputs().compute());
      } catch (NoLockFilesException e) {
        words.keyFilesGone(String.valueOf(e.getMessage()));
        return Optional.empty();
      } catch (KeyExtraException e) {
        words.mistakeInExtra(String.valueOf(e.getMessage()));
        return Optional.empty();
      } catch (IOException e) {
        words.keyFilesUnreadable(Trouble.of(e).message());
        return Optional.empty();
      }
    }
  }
}
