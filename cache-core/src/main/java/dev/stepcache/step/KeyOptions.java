package dev.stepcache.step;

import dev.stepcache.key.KeyExtra;
import dev.stepcache.oci.Platform;
import java.util.List;
import java.util.Optional;

/**
 * What a key is made of besides lock files.
 *
 * @param platform whether the platform is part of it; else a cache of any platform will do
 * @param extras further strings, and files
 */
public record KeyOptions(boolean platform, List<KeyExtra> extras) {
  private static final Parameter KEY_PLATFORM =
      Parameter.flag("KEY_PLATFORM").fallingBackTo("true");
  static final Parameter KEY_EXTRA = Parameter.list("KEY_EXTRA");

  static final List<Parameter> PARAMETERS = List.of(KEY_PLATFORM, KEY_EXTRA);

  public KeyOptions {
    extras = List.copyOf(extras);
  }

  /** What a key has of this platform; empty where that is no part of it. */
  Optional<String> platformName() {
    return platform ? Optional.of(Platform.current().toString()) : Optional.empty();
  }

  static KeyOptions read(Parameters parameters) {
    try {
      return new KeyOptions(
          parameters.flag(KEY_PLATFORM),
          parameters.list(KEY_EXTRA).stream().map(KeyExtra::new).toList());
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(KEY_EXTRA, String.valueOf(e.getMessage()));
    }
  }
}
