package dev.stepcache.key;

import java.util.List;
import java.util.Optional;

/**
 * What made a key: enough to explain a later miss, not enough to learn the inputs. Persisted as
 * text (docs/format.md, the key's recipe).
 *
 * @param template the reference template, as the user wrote it
 * @param platform {@code os/architecture}; empty when the key was made without
 * @param extras SHA-256 of each extra string, in order
 * @param files in the order of their names' bytes
 */
public record KeyRecipe(
    String template, Optional<String> platform, List<String> extras, List<LockFile> files) {
  /** A recipe of a million files; what is longer was made by nobody honest. */
  public static final int LARGEST = 64 << 20;

  public KeyRecipe {
    extras = List.copyOf(extras);
    files = List.copyOf(files);
  }

  public String toText() {
    throw new UnsupportedOperationException();
  }

  /** Reads what {@link #toText} wrote; throws IllegalArgumentException for anything else. */
  public static KeyRecipe parse(String text) {
    throw new UnsupportedOperationException();
  }

  /**
   * What differs between this recipe and a newer one, a line each, for people: "go.sum changed (1.2
   * KB -> 1.3 KB)", "web/package.json is new", "the platform was linux/arm64"... Empty when nothing
   * does.
   */
  public List<String> differences(KeyRecipe newer) {
    throw new UnsupportedOperationException();
  }
}
