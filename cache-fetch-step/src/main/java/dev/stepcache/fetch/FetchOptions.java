package dev.stepcache.fetch;

import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.step.FallbackKeys;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Parameters;
import dev.stepcache.step.StepOptions;
import dev.stepcache.step.UsageException;
import dev.stepcache.tree.RestoreMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What cache-fetch is told.
 *
 * @param step what both steps are told; its template is the SOURCE
 * @param fallbacks where to look, in order, when nothing is stored under the key
 */
public record FetchOptions(
    StepOptions step, RestoreMode restoreMode, List<ReferenceTemplate> fallbacks) {
  public static final Parameter SOURCE = Parameter.text("SOURCE", "source");
  public static final Parameter RESTORE_MODE =
      Parameter.text("RESTORE_MODE").fallingBackTo("shared");

  /** Every param of the StepAction. */
  public static final List<Parameter> PARAMETERS =
      Stream.concat(
              StepOptions.PARAMETERS.stream(),
              Stream.of(SOURCE, RESTORE_MODE, FallbackKeys.FALLBACK_KEYS))
          .toList();

  public FetchOptions {
    fallbacks = List.copyOf(fallbacks);
  }

  /** Whether a reference that is looked for has the key in it. */
  public boolean needsKey() {
    return step.template().needsKey() || fallbacks.stream().anyMatch(ReferenceTemplate::needsKey);
  }

  /**
   * Reads and checks all params, without any network traffic.
   *
   * @throws UsageException for the first mistake
   */
  public static FetchOptions read(Map<String, String> environment, List<String> args) {
    Parameters parameters = Parameters.read(PARAMETERS, environment, args);
    StepOptions step = StepOptions.read(parameters, SOURCE);
    return new FetchOptions(step, restoreMode(parameters), FallbackKeys.read(parameters, step));
  }

  private static RestoreMode restoreMode(Parameters parameters) {
    String text = parameters.demanded(RESTORE_MODE);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "shared" -> RestoreMode.SHARED;
      case "preserve" -> RestoreMode.PRESERVE;
      default ->
          throw parameters.wrong(
              RESTORE_MODE, "'" + text + "' is no restore mode: write shared or preserve");
    };
  }
}
