package dev.stepcache.step;

import dev.stepcache.key.ReferenceTemplate;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The param FALLBACK_KEYS: where to look, in order, when nothing is stored under the key. An entry
 * is a whole reference, or a tag in the place of SOURCE's; either may have SOURCE's placeholders,
 * and {@code {{latest}}}. The entry {@code latest} is the tag that each new key moves.
 */
public final class FallbackKeys {
  public static final Parameter FALLBACK_KEYS = Parameter.list("FALLBACK_KEYS");

  private static final Pattern LATEST = Pattern.compile("\\{\\{[ \\t]*latest[ \\t]*\\}\\}");

  private FallbackKeys() {}

  /**
   * The references, as templates that only a key is missing from.
   *
   * @throws UsageException for an entry that is no reference, whatever the key
   */
  public static List<ReferenceTemplate> read(Parameters parameters, StepOptions step) {
    return parameters.list(FALLBACK_KEYS).stream()
        .map(entry -> {
          ReferenceTemplate template =
              new ReferenceTemplate(whole(LATEST.matcher(entry).replaceAll("latest"), step));
          try {
            StepOptions.check(template);
          } catch (IllegalArgumentException e) {
            throw parameters.wrong(
                FALLBACK_KEYS,
                "'"
                    + entry
                    + "': "
                    + e.getMessage()
                    + "; an entry is a tag such as latest or main-{{latest}}, or a whole reference"
                    + " such as oci://host/namespace/name:main-{{hash}}");
          }
          step.objectionTo(template)
              .ifPresent(objection -> {
                throw parameters.wrong(FALLBACK_KEYS, "'" + entry + "': " + objection);
              });
          return template;
        })
        .toList();
  }

  private static String whole(String entry, StepOptions step) {
    if (entry.contains("://")) {
      return entry;
    }
    if (entry.equals("latest") && step.latest().isPresent()) {
      return step.latest().get().toString();
    }
    String source = step.template().text();
    int name = source.lastIndexOf('/');
    int digest = source.indexOf('@', name);
    String withoutDigest = digest < 0 ? source : source.substring(0, digest);
    int tag = withoutDigest.lastIndexOf(':');
    return (tag > name ? withoutDigest.substring(0, tag) : withoutDigest) + ':' + entry;
  }
}
