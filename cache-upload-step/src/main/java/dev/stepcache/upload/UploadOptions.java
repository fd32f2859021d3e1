package dev.stepcache.upload;

import dev.stepcache.key.CacheKey;
import dev.stepcache.step.EarlierSteps;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Parameters;
import dev.stepcache.step.StepOptions;
import dev.stepcache.step.UsageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What cache-upload is told.
 *
 * @param step what both steps are told; its template is the TARGET
 * @param fetched what cache-fetch said, as far as the user handed it on
 * @param force whether to save although nothing asks for it
 * @param key the key that cache-fetch computed, as far as the user handed it on
 * @param includeSecrets whether files with the names of credentials are saved too
 * @param skipUnreadable whether what cannot be read, or keeps changing, is left out
 * @param failIfFailed names of steps whose failure this one ends with
 */
public record UploadOptions(
    StepOptions step,
    Optional<Boolean> fetched,
    boolean force,
    Optional<CacheKey> key,
    boolean includeSecrets,
    boolean skipUnreadable,
    List<String> failIfFailed) {
  public static final Parameter TARGET = Parameter.text("TARGET", "target");
  public static final Parameter FETCHED = Parameter.flag("FETCHED", "fetched").thatResultsFeed();
  public static final Parameter FORCE_CACHE_UPLOAD =
      Parameter.flag("FORCE_CACHE_UPLOAD", "force-cache-upload");
  public static final Parameter KEY = Parameter.text("KEY").thatResultsFeed();
  public static final Parameter INCLUDE_SECRETS = Parameter.flag("INCLUDE_SECRETS");
  public static final Parameter SKIP_UNREADABLE = Parameter.flag("SKIP_UNREADABLE");

  public UploadOptions {
    failIfFailed = List.copyOf(failIfFailed);
  }

  /** Every param of the StepAction. */
  public static final List<Parameter> PARAMETERS =
      Stream.concat(
              StepOptions.PARAMETERS.stream(),
              Stream.of(
                  TARGET,
                  FETCHED,
                  FORCE_CACHE_UPLOAD,
                  KEY,
                  INCLUDE_SECRETS,
                  SKIP_UNREADABLE,
                  EarlierSteps.FAIL_IF_FAILED))
          .toList();

  /**
   * Reads and checks all params, without any network traffic.
   *
   * @throws UsageException for the first mistake
   */
  public static UploadOptions read(Map<String, String> environment, List<String> args) {
    Parameters parameters = Parameters.read(PARAMETERS, environment, args);
    StepOptions step = StepOptions.read(parameters, TARGET);
    Optional<CacheKey> key = key(parameters);
    if (step.namesADigest()) {
      throw parameters.wrong(TARGET, "a digest names what is there already: write a tag");
    }
    return new UploadOptions(
        step,
        parameters.givenFlag(FETCHED),
        parameters.flag(FORCE_CACHE_UPLOAD),
        key,
        parameters.flag(INCLUDE_SECRETS),
        parameters.flag(SKIP_UNREADABLE),
        parameters.list(EarlierSteps.FAIL_IF_FAILED));
  }

  private static Optional<CacheKey> key(Parameters parameters) {
    return parameters
        .text(KEY)
        .map(text ->
            CacheKey.parse(text)
                .orElseThrow(() ->
                    parameters.wrong(
                        KEY,
                        "'"
                            + text
                            + "' is no key: hand on cache-fetch's result key, or leave it"
                            + " out")));
  }
}
