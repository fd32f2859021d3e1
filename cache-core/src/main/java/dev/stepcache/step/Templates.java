package dev.stepcache.step;

import dev.stepcache.key.CacheKey;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Platform;
import dev.stepcache.oci.Tag;
import dev.stepcache.store.BucketPath;
import dev.stepcache.store.StoreReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the cache lies: the params SOURCE and SOURCES, or TARGET and TARGETS, of which one is
 * given, and SCOPE.
 */
final class Templates {
  static final Parameter SCOPE = Parameter.text("SCOPE");

  private static final CacheKey ANY_KEY = new CacheKey("0".repeat(64));
  private static final Pattern UNFILLED = Pattern.compile("\\{\\{.*?\\}\\}");

  private Templates() {}

  /**
   * All of them, in the order given.
   *
   * @param one the param that names one store
   * @param several the param that names several
   */
  static List<ReferenceTemplate> read(Parameters parameters, Parameter one, Parameter several) {
    List<String> given = parameters.list(several);
    if (given.isEmpty()) {
      return List.of(template(parameters, one, parameters.demanded(one)));
    }
    if (parameters.isGiven(one)) {
      throw parameters.mistake(
          several, one.name() + " is given as well: write all stores here, and leave it out");
    }
    List<ReferenceTemplate> templates = new ArrayList<>();
    for (String text : given) {
      ReferenceTemplate template = template(parameters, several, text);
      for (ReferenceTemplate other : templates) {
        if (reference(other).sharesStoreWith(reference(template))) {
          throw parameters.mistake(
              several, "'" + text + "' names a store that is named before: leave it out");
        }
        if (other.needsKey() != template.needsKey()) {
          throw parameters.mistake(
              several,
              "'" + text + "': either all of them have {{hash}}, or none: they are one cache");
        }
      }
      templates.add(template);
    }
    return templates;
  }

  static ReferenceTemplate template(Parameters parameters, Parameter parameter, String text) {
    ReferenceTemplate template = of(text);
    try {
      check(template);
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(
          parameter,
          asWritten(String.valueOf(e.getMessage()))
              + "; wants such as oci://host/namespace/name:{{hash}}");
    }
    return template;
  }

  /** What is said of a filled template, without the key that nobody wrote. */
  private static String asWritten(String said) {
    String key = ANY_KEY.toString();
    return said.contains(key)
        ? said.replace(key, "{{hash}}") + ", of which {{hash}} takes " + key.length()
        : said;
  }

  /** A template as it is filled. */
  static ReferenceTemplate of(String text) {
    return new ReferenceTemplate(BucketPath.template(text));
  }

  /** Throws IllegalArgumentException unless the template gives a reference, whatever the key. */
  static void check(ReferenceTemplate template) {
    template
        .unknownPlaceholder()
        .ifPresent(unknown -> {
          throw new IllegalArgumentException(
              unknown
                  + " is no placeholder: known are {{hash}}, {{key}}, %HASH%, {{os}}, {{arch}}");
        });
    StoreReference _ = reference(template);
  }

  /** The reference of a key that is yet to be computed. */
  static StoreReference reference(ReferenceTemplate template) {
    return reference(template, Optional.of(ANY_KEY));
  }

  static StoreReference reference(ReferenceTemplate template, Optional<CacheKey> key) {
    Platform platform = Platform.current();
    return StoreReference.parse(template.fill(key, platform.os(), platform.architecture()));
  }

  /** The reference with {@code latest} in the key's place, where there is such a place. */
  static Optional<StoreReference> latest(ReferenceTemplate template) {
    return named(template, "latest");
  }

  /** The reference with a word in the key's place, where there is such a place. */
  static Optional<StoreReference> named(ReferenceTemplate template, String word) {
    Platform platform = Platform.current();
    return template.named(word, platform.os(), platform.architecture()).map(StoreReference::parse);
  }

  /** For whom the cache is, if that is said. */
  static Optional<Scope> scope(
      Parameters parameters, Parameter reference, List<ReferenceTemplate> templates) {
    Optional<String> text = parameters.text(SCOPE);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (UNFILLED.matcher(text.get()).find()) {
      throw parameters.mistake(
          SCOPE,
          "nobody filled in '"
              + text.get()
              + "': all branches would be one scope; correct the name");
    }
    Scope scope;
    try {
      scope = Scope.of(text.get());
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(SCOPE, String.valueOf(e.getMessage()));
    }
    for (ReferenceTemplate template : templates) {
      mistake(template, scope)
          .ifPresent(mistake -> {
            throw parameters.mistake(SCOPE, reference.name() + mistake);
          });
    }
    return Optional.of(scope);
  }

  /** What is wrong with a scope in a template, behind that one's name. */
  static Optional<String> mistake(ReferenceTemplate template, Scope scope) {
    ReferenceTemplate scoped = template.in(Optional.of(scope));
    try {
      return reference(scoped).selector() instanceof Tag tag
              && Scope.nameIn(tag.value()).equals(Optional.of(scope.name()))
          ? Optional.empty()
          : Optional.of(
              " has no {{hash}} in its tag, where a scope goes: write such as"
                  + " oci://host/namespace/name:{{hash}}");
    } catch (IllegalArgumentException e) {
      return Optional.of(
          " with a scope makes a tag of over 128 characters: shorten what stands around {{hash}}");
    }
  }
}
