package dev.stepcache.step;

import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.key.Scope;
import dev.stepcache.store.StoreReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The param FALLBACK_KEYS: where to look, in order, when nothing is stored under the key. An entry
 * is a whole reference; a tag in the place of SOURCE's, which may have SOURCE's placeholders and
 * {@code {{latest}}}; {@code latest}, the tag that each new key moves; or {@code scope:name}, where
 * another scope has the same key, and then its latest.
 *
 * @param scopes where other scopes have this very key: found there, it is a hit
 * @param others the fallbacks
 */
public record FallbackKeys(List<ReferenceTemplate> scopes, List<ReferenceTemplate> others) {
  /** Of cache-fetch: tags, references and scopes. */
  public static final Parameter FALLBACK_KEYS = Parameter.list("FALLBACK_KEYS");

  private static final Pattern LATEST = Pattern.compile("\\{\\{[ \\t]*latest[ \\t]*\\}\\}");
  private static final String SCOPE = "scope:";

  public FallbackKeys {
    scopes = List.copyOf(scopes);
    others = List.copyOf(others);
  }

  /**
   * The references, as templates that only a key is missing from.
   *
   * @throws UsageException for an entry that is no reference, whatever the key
   */
  public static FallbackKeys read(Parameters parameters, StepOptions step) {
    List<ReferenceTemplate> scopes = new ArrayList<>();
    List<ReferenceTemplate> others = new ArrayList<>();
    for (String entry : parameters.list(FALLBACK_KEYS)) {
      if (entry.startsWith(SCOPE)) {
        for (ReferenceTemplate template : inScope(parameters, step, entry)) {
          scopes.add(template);
          others.add(new ReferenceTemplate(latest(template).toString()));
        }
        continue;
      }
      refuseBareName(parameters, step, entry);
      for (String whole : whole(LATEST.matcher(entry).replaceAll("latest"), step)) {
        others.add(checked(parameters, step, entry, Templates.of(whole)));
      }
    }
    return new FallbackKeys(scopes, others);
  }

  private static List<ReferenceTemplate> inScope(
      Parameters parameters, StepOptions step, String entry) {
    Scope scope;
    try {
      scope = Scope.of(entry.substring(SCOPE.length()));
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(FALLBACK_KEYS, "'" + entry + "': " + e.getMessage());
    }
    for (ReferenceTemplate template : step.templates()) {
      Templates.mistake(template, scope)
          .ifPresent(mistake -> {
            throw parameters.mistake(
                FALLBACK_KEYS, "'" + entry + "': '" + template.text() + "'" + mistake);
          });
    }
    return step.templates().stream().map(template -> template.in(Optional.of(scope))).toList();
  }

  /** With scopes about, {@code main} may be meant as either. */
  private static void refuseBareName(Parameters parameters, StepOptions step, String entry) {
    if (step.scope().isPresent()
        && !entry.equals("latest")
        && !entry.contains("{{")
        && !entry.contains("%")
        && !entry.contains("://")) {
      throw parameters.mistake(
          FALLBACK_KEYS,
          "'"
              + entry
              + "' may be a tag or a scope, since SCOPE is given: write scope:"
              + entry
              + ", or the whole reference of the tag");
    }
  }

  private static ReferenceTemplate checked(
      Parameters parameters, StepOptions step, String entry, ReferenceTemplate template) {
    try {
      Templates.check(template);
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(
          FALLBACK_KEYS,
          "'"
              + entry
              + "': "
              + e.getMessage()
              + "; an entry is a tag such as latest or main-{{latest}}, a scope such as scope:main,"
              + " or a whole reference such as oci://host/namespace/name:main-{{hash}}");
    }
    step.mistakeIn(template)
        .ifPresent(mistake -> {
          throw parameters.mistake(FALLBACK_KEYS, "'" + entry + "': " + mistake);
        });
    return template;
  }

  private static StoreReference latest(ReferenceTemplate template) {
    return Templates.latest(template).orElseThrow();
  }

  /** In each store, but for a reference that names its own. */
  private static List<String> whole(String entry, StepOptions step) {
    return entry.contains("://")
        ? List.of(entry)
        : step.templates().stream().map(template -> wholeOf(entry, template)).toList();
  }

  private static String wholeOf(String entry, ReferenceTemplate template) {
    if (entry.equals("latest") && template.needsKey()) {
      return latest(template).toString();
    }
    String source = template.text();
    int name = source.lastIndexOf('/');
    int digest = source.indexOf('@', name);
    String withoutDigest = digest < 0 ? source : source.substring(0, digest);
    int tag = withoutDigest.lastIndexOf(':');
    return (tag > name ? withoutDigest.substring(0, tag) : withoutDigest) + ':' + entry;
  }
}
