package dev.stepcache.fetch;

import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.oci.Digest;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.step.ByteSize;
import dev.stepcache.step.FallbackKeys;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Parameters;
import dev.stepcache.step.StepOptions;
import dev.stepcache.step.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What cache-fetch is told.
 *
 * @param step what both steps are told; its templates are the SOURCES
 * @param fallbacks where to look, in order, when nothing is stored under the key
 * @param expected what alone may be restored
 * @param lookupOnly whether to say what is there, and to leave the cache path alone; so it is of a
 *     dry run, too
 * @param largest the most bytes of files that an image may unpack to
 */
public record FetchOptions(
    StepOptions step,
    RestoreMode restoreMode,
    FallbackKeys fallbacks,
    Optional<Digest> expected,
    boolean lookupOnly,
    long largest) {
  /** Where the cache lies: a reference with the key's placeholder. */
  public static final Parameter SOURCE = Parameter.text("SOURCE", "source");

  private static final Parameter SOURCES = Parameter.list("SOURCES");
  private static final Parameter RESTORE_MODE =
      Parameter.text("RESTORE_MODE").fallingBackTo("shared");
  private static final Parameter MAX_SIZE = Parameter.text("MAX_SIZE").fallingBackTo("64Gi");

  private static final Parameter EXPECTED_DIGEST = Parameter.text("EXPECTED_DIGEST");
  private static final Parameter LOOKUP_ONLY = Parameter.flag("LOOKUP_ONLY");

  /** Every param of the StepAction. */
  public static final List<Parameter> PARAMETERS =
      Stream.concat(
              StepOptions.PARAMETERS.stream(),
              Stream.of(
                  SOURCE,
                  SOURCES,
                  RESTORE_MODE,
                  MAX_SIZE,
                  FallbackKeys.FALLBACK_KEYS,
                  EXPECTED_DIGEST,
                  LOOKUP_ONLY))
          .toList();

  /** Whether what is restored from one store is written to those before it. */
  public boolean writesThrough() {
    return step.templates().size() > 1 && !lookupOnly && !step.access().readOnly();
  }

  /** Whether a reference that is looked for has the key in it. */
  public boolean needsKey() {
    return step.template().needsKey()
        || fallbacks.others().stream().anyMatch(ReferenceTemplate::needsKey);
  }

  /**
   * Reads and checks all params, without any network traffic.
   *
   * @throws UsageException for the first mistake
   */
  public static FetchOptions read(Map<String, String> environment, List<String> args) {
    Parameters parameters = Parameters.read(PARAMETERS, environment, args);
    StepOptions step = StepOptions.read(parameters, SOURCE, SOURCES);
    return new FetchOptions(
        step,
        restoreMode(parameters),
        FallbackKeys.read(parameters, step),
        expected(parameters),
        parameters.flag(LOOKUP_ONLY) || step.access().dryRun(),
        ByteSize.read(parameters, MAX_SIZE));
  }

  private static Optional<Digest> expected(Parameters parameters) {
    return parameters
        .text(EXPECTED_DIGEST)
        .map(text -> {
          try {
            return Digest.parse(text);
          } catch (IllegalArgumentException e) {
            throw parameters.mistake(
                EXPECTED_DIGEST, "'" + text + "' is no digest: write sha256: and 64 hex digits");
          }
        });
  }

  private static RestoreMode restoreMode(Parameters parameters) {
    String text = parameters.demanded(RESTORE_MODE);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "shared" -> RestoreMode.SHARED;
      case "preserve" -> RestoreMode.PRESERVE;
      default ->
          throw parameters.mistake(
              RESTORE_MODE, "'" + text + "' is no restore mode: write shared or preserve");
    };
  }
}
