package dev.stepcache.upload;

import dev.stepcache.key.CacheKey;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.oci.Platform;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Parameters;
import dev.stepcache.step.StepOptions;
import dev.stepcache.store.StoreReference;
import java.util.Optional;
import java.util.regex.Pattern;

/** The param ROLLING_TAG: a word that stands in the key's place of a tag that follows. */
final class RollingTagOption {
  static final Parameter ROLLING_TAG = Parameter.text("ROLLING_TAG");

  /** No longer than a key, so that it fits wherever one does, and before it a scope. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

  private static final CacheKey ANY_KEY = new CacheKey("0".repeat(64));

  private RollingTagOption() {}

  /** The word, with the platform filled in. */
  static Optional<String> read(Parameters parameters, StepOptions step) {
    Optional<String> text = parameters.text(ROLLING_TAG);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String word = word(parameters, text.get());
    for (ReferenceTemplate template : step.templates()) {
      if (!isInTheTag(template, word)) {
        throw parameters.mistake(
            ROLLING_TAG,
            (parameters.isGiven(UploadOptions.TARGETS) ? "TARGETS" : "TARGET")
                + " has no {{hash}} in its tag, in whose place it would stand: write such as"
                + " oci://host/namespace/name:{{hash}}, or leave ROLLING_TAG out");
      }
    }
    return Optional.of(word);
  }

  private static String word(Parameters parameters, String text) {
    ReferenceTemplate template = new ReferenceTemplate(text);
    if (template.needsKey()) {
      throw parameters.mistake(
          ROLLING_TAG,
          "'"
              + text
              + "' has a place for the key: it is to be the same for each key, such as main");
    }
    Platform platform = Platform.current();
    String word = template.fill(Optional.empty(), platform.os(), platform.architecture());
    if (!FORM.matcher(word).matches()) {
      throw parameters.mistake(
          ROLLING_TAG,
          "'"
              + text
              + "' is no tag: wants 1 to 64 letters, digits, '_', '.' or '-', beginning with none of"
              + " the last two, such as main; {{os}} and {{arch}} may stand in it");
    }
    if (CacheKey.parse(word).isPresent()) {
      throw parameters.mistake(
          ROLLING_TAG, "'" + text + "' is a key, whose tag never moves: write such as main");
    }
    return word;
  }

  /** Not in the repository or folder, where each key has one of its own. */
  private static boolean isInTheTag(ReferenceTemplate template, String word) {
    Optional<StoreReference> named = StepOptions.named(template, word);
    return named.isPresent()
        && named.get().sharesStoreWith(StepOptions.reference(template, Optional.of(ANY_KEY)));
  }
}
