package dev.stepcache.upload;

import dev.stepcache.archive.Compression;
import dev.stepcache.cache.SaveRules;
import dev.stepcache.cache.UploadRequest.When;
import dev.stepcache.format.Expiry;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.Excludes;
import dev.stepcache.step.ByteSize;
import dev.stepcache.step.ChosenPreset;
import dev.stepcache.step.EarlierSteps;
import dev.stepcache.step.Parameter;
import dev.stepcache.step.Parameters;
import dev.stepcache.step.StepOptions;
import dev.stepcache.step.UsageException;
import dev.stepcache.usage.Pruning;
import dev.stepcache.usage.Units;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What cache-upload is told.
 *
 * @param step what both steps are told; its templates are the TARGETS
 * @param fetched what cache-fetch said, as far as the user handed it on
 * @param when whether to save although a cache was fetched or is stored
 * @param compression how the layers that are packed now are compressed
 * @param key the key that cache-fetch computed, as far as the user handed it on
 * @param failIfFailed names of steps whose failure this one ends with
 * @param rules what of the cache path may be saved
 * @param expiry when what is saved may be deleted
 * @param rollingTag what stands in the key's place of a tag that names what was last saved or found
 */
public record UploadOptions(
    StepOptions step,
    Optional<Boolean> fetched,
    When when,
    Compression compression,
    Optional<CacheKey> key,
    List<String> failIfFailed,
    SaveRules rules,
    Optional<Expiry> expiry,
    Optional<String> rollingTag) {
  private static final Parameter TARGET = Parameter.text("TARGET", "target");
  static final Parameter TARGETS = Parameter.list("TARGETS");
  private static final Parameter FETCHED = Parameter.flag("FETCHED", "fetched").thatResultsFeed();

  /** What UPLOAD is called in older pipelines: true for always. */
  public static final Parameter FORCE_CACHE_UPLOAD =
      Parameter.flag("FORCE_CACHE_UPLOAD", "force-cache-upload");

  private static final Parameter UPLOAD = Parameter.text("UPLOAD").fallingBackTo("miss");
  private static final Parameter COMPRESSION = Parameter.text("COMPRESSION").fallingBackTo("usual");
  private static final Parameter KEY = Parameter.text("KEY").thatResultsFeed();
  private static final Parameter INCLUDE_SECRETS = Parameter.flag("INCLUDE_SECRETS");
  private static final Parameter MAX_CACHE_SIZE =
      Parameter.text("MAX_CACHE_SIZE").fallingBackTo("10Gi");
  private static final Parameter EXCLUDES = Parameter.list("EXCLUDES");
  private static final Parameter EXPIRES_AFTER = Parameter.text("EXPIRES_AFTER");
  private static final Parameter PRUNE_UNUSED_AFTER = Parameter.text("PRUNE_UNUSED_AFTER");
  private static final Parameter SKIP_UNREADABLE = Parameter.flag("SKIP_UNREADABLE");

  private static final Set<String> NEVER = Set.of("never", "0");
  private static final String USUAL = "30d";
  private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,4})([dw])");

  public UploadOptions {
    failIfFailed = List.copyOf(failIfFailed);
  }

  /** Every param of the StepAction. */
  public static final List<Parameter> PARAMETERS =
      Stream.concat(
              StepOptions.PARAMETERS.stream(),
              Stream.of(
                  TARGET,
                  TARGETS,
                  FETCHED,
                  UPLOAD,
                  FORCE_CACHE_UPLOAD,
                  COMPRESSION,
                  KEY,
                  EarlierSteps.FAIL_IF_FAILED,
                  INCLUDE_SECRETS,
                  SKIP_UNREADABLE,
                  MAX_CACHE_SIZE,
                  EXCLUDES,
                  EXPIRES_AFTER,
                  RollingTagOption.ROLLING_TAG,
                  PRUNE_UNUSED_AFTER))
          .toList();

  /** Whether something is to be left out for being unused, and nobody knows the units. */
  boolean asksForUnknownUnits() {
    return rules.pruning().units() == Units.NONE && rules.pruning().after().isPresent();
  }

  /**
   * What may be saved after a build.
   *
   * @param good whether it went well
   */
  SaveRules rulesAfter(boolean good) {
    return rules.with(rules.pruning().after(good));
  }

  /**
   * Reads and checks all params, without any network traffic.
   *
   * @throws UsageException for the first mistake
   */
  public static UploadOptions read(Map<String, String> environment, List<String> args) {
    Parameters parameters = Parameters.read(PARAMETERS, environment, args);
    StepOptions step = StepOptions.read(parameters, TARGET, TARGETS);
    Optional<CacheKey> key = key(parameters);
    if (step.namesADigest()) {
      throw parameters.mistake(
          parameters.isGiven(TARGETS) ? TARGETS : TARGET,
          "a digest names what is there already: write a tag");
    }
    return new UploadOptions(
        step,
        parameters.givenFlag(FETCHED),
        when(parameters),
        compression(parameters),
        key,
        parameters.list(EarlierSteps.FAIL_IF_FAILED),
        new SaveRules(
            ByteSize.read(parameters, MAX_CACHE_SIZE),
            parameters.flag(INCLUDE_SECRETS),
            parameters.flag(SKIP_UNREADABLE),
            excludes(parameters, step.preset()),
            step.preset().filter(ChosenPreset::cachesOciLayout).isPresent(),
            pruning(parameters, step.preset())),
        expiry(parameters),
        RollingTagOption.read(parameters, step));
  }

  /** What no build used is left out where somebody has seen what the preset's tool needs whole. */
  private static Pruning pruning(Parameters parameters, Optional<ChosenPreset> preset) {
    Units units = preset.map(ChosenPreset::units).orElse(Units.NONE);
    String text = parameters.text(PRUNE_UNUSED_AFTER).orElse(units == Units.NONE ? "never" : USUAL);
    Optional<Duration> after = Optional.empty();
    if (!NEVER.contains(text)) {
      Matcher time = DAYS.matcher(text);
      if (!time.matches()) {
        throw parameters.mistake(
            PRUNE_UNUSED_AFTER, "'" + text + "' is no time such as 30d or 4w; never turns it off");
      }
      int days = Integer.parseInt(time.group(1)) * (time.group(2).equals("w") ? 7 : 1);
      after = Optional.of(Duration.ofDays(days));
    }
    return new Pruning(units, after, true, InstantSource.system());
  }

  private static Optional<Expiry> expiry(Parameters parameters) {
    Optional<String> text = parameters.text(EXPIRES_AFTER);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Expiry> expiry = Expiry.parse(text.get());
    if (expiry.isEmpty()) {
      throw parameters.mistake(
          EXPIRES_AFTER, "'" + text.get() + "' is no time such as 12h, 14d or 2w");
    }
    return expiry;
  }

  private static Excludes excludes(Parameters parameters, Optional<ChosenPreset> preset) {
    try {
      return Excludes.parse(
          Stream.concat(
                  preset.map(ChosenPreset::excludes).orElse(List.of()).stream(),
                  parameters.list(EXCLUDES).stream())
              .toList());
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(EXCLUDES, String.valueOf(e.getMessage()));
    }
  }

  private static When when(Parameters parameters) {
    String text = parameters.demanded(UPLOAD);
    When when =
        Arrays.stream(When.values())
            .filter(each -> word(each).equals(text))
            .findFirst()
            .orElseThrow(() ->
                parameters.mistake(UPLOAD, "'" + text + "' is none of miss, changed and always"));
    if (!parameters.flag(FORCE_CACHE_UPLOAD)) {
      return when;
    }
    if (parameters.isGiven(UPLOAD) && when != When.ALWAYS) {
      throw parameters.mistake(
          UPLOAD,
          "'" + text + "' contradicts FORCE_CACHE_UPLOAD, which is 'true': leave one of them out");
    }
    return When.ALWAYS;
  }

  private static Compression compression(Parameters parameters) {
    String text = parameters.demanded(COMPRESSION);
    return Arrays.stream(Compression.values())
        .filter(each -> word(each).equals(text))
        .findFirst()
        .orElseThrow(() ->
            parameters.mistake(COMPRESSION, "'" + text + "' is none of usual, long and gzip"));
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<CacheKey> key(Parameters parameters) {
    return parameters
        .text(KEY)
        .map(text ->
            CacheKey.parse(text)
                .orElseThrow(() ->
                    parameters.mistake(
                        KEY,
                        "'"
                            + text
                            + "' is no key: hand on cache-fetch's result key, or leave it"
                            + " out")));
  }
}
