package dev.stepcache.key;

import dev.stepcache.text.Printable;
import dev.stepcache.tree.EntryName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What made a key: enough to explain a later miss, not enough to learn the inputs. Persisted as
 * text by {@link RecipeText}.
 *
 * @param template the reference template, as the user wrote it
 * @param platform {@code os/architecture}; empty when the key was made without
 * @param extras SHA-256 of each extra string, in order
 * @param files in the order of their names' bytes, none twice
 */
public record KeyRecipe(
    String template, Optional<String> platform, List<String> extras, List<LockFile> files) {
  /** A recipe of a million files; what is longer was made by nobody honest. */
  public static final int LARGEST = 64 << 20;

  private static final Pattern PLATFORM = Pattern.compile("[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+");

  public KeyRecipe {
    extras = List.copyOf(extras);
    files = List.copyOf(files);
    if (platform.isPresent() && !PLATFORM.matcher(platform.get()).matches()) {
      throw new IllegalArgumentException("no platform: " + Printable.name(platform.get()));
    }
    if (!extras.stream().allMatch(CacheKey::isSha256)) {
      throw new IllegalArgumentException("invalid SHA-256 of an extra string in key recipe");
    }
    for (int at = 1; at < files.size(); at++) {
      if (EntryName.compare(files.get(at - 1).name(), files.get(at).name()) >= 0) {
        throw new IllegalArgumentException(
            "files out of order at " + Printable.name(files.get(at).name()));
      }
    }
  }
}
