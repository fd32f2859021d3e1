package dev.stepcache.step;

import dev.stepcache.connect.BucketSettings;
import dev.stepcache.connect.Connection;
import dev.stepcache.connect.InternalRegistry;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.LockFilePatterns;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.key.Scope;
import dev.stepcache.oci.Digest;
import dev.stepcache.store.BucketService;
import dev.stepcache.store.StoreReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What both steps are told.
 *
 * @param templates where the cache lies, in the order in which stores are asked: legal references,
 *     whatever key fills them. The last one is the cache, those before it are nearer copies
 * @param scope for whom the cache is; the templates are in it
 * @param preset what is known of the build tool
 * @param patterns may be empty: they are demanded only where a key must be computed
 * @param key what else a key is made of
 * @param cachePaths what the cache holds
 * @param workingDirectory absolute, normal; not looked at
 * @param insecure whether plain HTTP and certificates that nobody believes will do
 * @param dockerConfig absolute; not looked at
 * @param certificateAuthority a file of certificates to trust besides the usual ones; absolute
 * @param buckets how buckets are reached
 * @param access what this run may do
 * @param openShift whether what OpenShift gives each pod is used: the service account's token for
 *     the internal registry, and the authority of the cluster's services
 * @param timeout for the whole step
 * @param failOn what the step fails for
 * @param warnings what the user should be told, a line each
 */
public record StepOptions(
    List<ReferenceTemplate> templates,
    Optional<Scope> scope,
    Optional<ChosenPreset> preset,
    LockFilePatterns patterns,
    KeyOptions key,
    CachePaths cachePaths,
    Path workingDirectory,
    boolean insecure,
    Optional<Path> dockerConfig,
    Optional<Path> certificateAuthority,
    BucketSettings buckets,
    Access access,
    boolean openShift,
    Duration timeout,
    FailOn failOn,
    List<String> warnings) {
  private static final Pattern GO_FILE = Pattern.compile("go\\.(mod|sum|work)");

  static final Parameter PATTERNS = Parameter.list("PATTERNS", "patterns");
  static final Parameter WORKING_DIR = Parameter.text("WORKING_DIR", "workingdir");
  private static final Parameter INSECURE = Parameter.flag("INSECURE", "insecure");
  private static final Parameter DOCKER_CONFIG = Parameter.text("DOCKER_CONFIG");
  private static final Parameter CA = Parameter.text("CA");
  private static final Parameter OPENSHIFT = Parameter.text("OPENSHIFT").fallingBackTo("auto");
  private static final Parameter TIMEOUT = Parameter.text("TIMEOUT").fallingBackTo("10m");
  private static final Parameter FAIL_ON = Parameter.text("FAIL_ON").fallingBackTo("none");

  private static final Parameter GOOGLE_APPLICATION_CREDENTIALS =
      Parameter.text("GOOGLE_APPLICATION_CREDENTIALS", "googleCredentialsPath");
  private static final Parameter AWS_CONFIG_FILE =
      Parameter.text("AWS_CONFIG_FILE", "awsConfigFile");
  private static final Parameter AWS_SHARED_CREDENTIALS_FILE =
      Parameter.text("AWS_SHARED_CREDENTIALS_FILE", "awsCredentialFile");
  private static final Parameter BLOB_QUERY_PARAMS =
      Parameter.text("BLOB_QUERY_PARAMS", "blobQueryParams");

  /** All that this record is read from, but the reference. */
  public static final List<Parameter> PARAMETERS =
      Stream.of(
              List.of(
                  Templates.SCOPE,
                  PATTERNS,
                  ChosenPreset.PRESET,
                  CachePaths.CACHE_PATH,
                  CachePaths.CACHE_PATHS,
                  WORKING_DIR,
                  INSECURE,
                  DOCKER_CONFIG,
                  CA,
                  OPENSHIFT,
                  TIMEOUT,
                  FAIL_ON),
              KeyOptions.PARAMETERS,
              Access.PARAMETERS,
              List.of(
                  GOOGLE_APPLICATION_CREDENTIALS,
                  AWS_CONFIG_FILE,
                  AWS_SHARED_CREDENTIALS_FILE,
                  BLOB_QUERY_PARAMS))
          .flatMap(List::stream)
          .toList();

  public StepOptions {
    templates = List.copyOf(templates);
    warnings = List.copyOf(warnings);
  }

  /**
   * @param one the param that names the cache: SOURCE or TARGET
   * @param several the param that names several stores of it
   */
  public static StepOptions read(Parameters parameters, Parameter one, Parameter several) {
    List<ReferenceTemplate> templates = Templates.read(parameters, one, several);
    Parameter reference = parameters.isGiven(several) ? several : one;
    Optional<Scope> scope = Templates.scope(parameters, reference, templates);
    ReferenceTemplate template = templates.getLast();
    Path workingDirectory = readWorkingDirectory(parameters);
    boolean noPatterns = !parameters.isGiven(PATTERNS);
    Optional<ChosenPreset> preset =
        ChosenPreset.read(
            parameters, workingDirectory, noPatterns, noPatterns && template.needsKey());
    LockFilePatterns patterns = patterns(parameters, preset);
    CachePaths cachePaths = CachePaths.read(parameters, workingDirectory, preset);
    for (ReferenceTemplate each : templates) {
      cachePaths
          .mistakeIn(Templates.reference(each))
          .ifPresent(mistake -> {
            throw parameters.mistake(reference, mistake);
          });
    }
    return new StepOptions(
        scope.isEmpty() ? templates : templates.stream().map(each -> each.in(scope)).toList(),
        scope,
        preset,
        patterns,
        KeyOptions.read(parameters),
        cachePaths,
        workingDirectory,
        parameters.flag(INSECURE),
        parameters.path(DOCKER_CONFIG).map(workingDirectory::resolve),
        certificateAuthority(parameters, workingDirectory),
        buckets(parameters, workingDirectory, templates),
        Access.read(parameters),
        openShift(parameters, reference, templates),
        StepTimeout.read(parameters, TIMEOUT),
        FailOn.read(parameters, FAIL_ON),
        parameters.warnings());
  }

  /** Absolute, normal: what other paths are relative to. */
  static Path readWorkingDirectory(Parameters parameters) {
    return parameters.path(WORKING_DIR).orElse(Path.of("")).toAbsolutePath().normalize();
  }

  private static BucketSettings buckets(
      Parameters parameters, Path workingDirectory, List<ReferenceTemplate> templates) {
    Map<String, String> query;
    try {
      query = BucketSettings.parameters(parameters.text(BLOB_QUERY_PARAMS).orElse(""));
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(
          BLOB_QUERY_PARAMS, e.getMessage() + "; wants such as ?region=eu-west-1");
    }
    BucketSettings settings =
        new BucketSettings(
            query,
            parameters.path(AWS_CONFIG_FILE).map(workingDirectory::resolve),
            parameters.path(AWS_SHARED_CREDENTIALS_FILE).map(workingDirectory::resolve),
            parameters.path(GOOGLE_APPLICATION_CREDENTIALS).map(workingDirectory::resolve));
    Set<BucketService> services = EnumSet.noneOf(BucketService.class);
    for (ReferenceTemplate template : templates) {
      if (Templates.reference(template) instanceof StoreReference.InBucket bucket) {
        services.add(bucket.service());
      }
    }
    settings
        .mistake(services, parameters.flag(INSECURE))
        .ifPresent(mistake -> {
          throw parameters.mistake(BLOB_QUERY_PARAMS, mistake);
        });
    return settings;
  }

  /** Those that the user gave, else the preset's. */
  static LockFilePatterns patterns(Parameters parameters, Optional<ChosenPreset> preset) {
    try {
      return LockFilePatterns.parse(
          !parameters.isGiven(PATTERNS) && preset.isPresent()
              ? preset.get().patterns()
              : parameters.list(PATTERNS));
    } catch (IllegalArgumentException e) {
      throw parameters.mistake(PATTERNS, String.valueOf(e.getMessage()));
    }
  }

  /**
   * What is wrong with a reference, if it is one in OpenShift's own registry, used as such, or one
   * in a folder that does not lie apart from the cache paths.
   */
  Optional<String> mistakeIn(ReferenceTemplate other) {
    return (openShift ? mistake(other) : Optional.<String>empty())
        .or(() -> cachePaths.mistakeIn(Templates.reference(other)));
  }

  private static Optional<String> mistake(ReferenceTemplate template) {
    return InternalRegistry.of(Templates.reference(template)).flatMap(InternalRegistry::mistake);
  }

  /**
   * How to reach the stores.
   *
   * @param environment of the step
   */
  Connection connection(Map<String, String> environment, Pod pod) {
    return new Connection(
            insecure,
            certificateAuthority,
            dockerConfig,
            environment,
            openShift
                ? Optional.of(
                    new Connection.OpenShift(pod.serviceAccountToken(), pod.serviceAuthority()))
                : Optional.empty())
        .with(buckets);
  }

  private static boolean openShift(
      Parameters parameters, Parameter reference, List<ReferenceTemplate> templates) {
    String mode = parameters.demanded(OPENSHIFT);
    boolean auto =
        switch (mode.toLowerCase(Locale.ROOT)) {
          case "auto" -> true;
          case "off" -> false;
          default ->
              throw parameters.mistake(OPENSHIFT, "'" + mode + "' is no mode: write auto or off");
        };
    for (ReferenceTemplate template : templates) {
      Optional<String> mistake = mistake(template);
      if (auto && mistake.isPresent()) {
        throw parameters.mistake(reference, mistake.get());
      }
    }
    return auto;
  }

  static void demandPatterns(LockFilePatterns patterns, Path workingDirectory) {
    if (patterns.isEmpty()) {
      throw new UsageException(
          "PATTERNS is missing: name the files that decide what the cache holds, such as"
              + " **/go.sum; without them no key can be computed, and no tool was detected by "
              + String.join(", ", ChosenPreset.markers())
              + " in "
              + workingDirectory);
    }
  }

  /** What to compute the key from; here patterns are demanded. */
  public KeyInputs keyInputs() {
    demandPatterns(patterns, workingDirectory);
    return new KeyInputs(
        workingDirectory,
        patterns,
        Set.copyOf(cachePaths.all()),
        template().text(),
        key.platformName(),
        key.extras());
  }

  /** Where the cache lies that others share: behind all that is nearer. */
  public ReferenceTemplate template() {
    return templates.getLast();
  }

  /** The same, saved for another scope. */
  public StepOptions in(Optional<Scope> other) {
    return new StepOptions(
        templates.stream().map(template -> template.in(other)).toList(),
        other,
        preset,
        patterns,
        key,
        cachePaths,
        workingDirectory,
        insecure,
        dockerConfig,
        certificateAuthority,
        buckets,
        access,
        openShift,
        timeout,
        failOn,
        warnings);
  }

  /** The reference that a key gives; empty is right where the template needs none. */
  public StoreReference reference(Optional<CacheKey> key) {
    return reference(template(), key);
  }

  /** As {@link #reference(Optional)}, of another template than the cache's own. */
  public static StoreReference reference(ReferenceTemplate template, Optional<CacheKey> key) {
    return Templates.reference(template, key);
  }

  /** The reference with {@code latest} in the key's place, where there is such a place. */
  public Optional<StoreReference> latest() {
    return latest(template());
  }

  /** As {@link #latest()}, of another template than the cache's own. */
  public static Optional<StoreReference> latest(ReferenceTemplate template) {
    return Templates.latest(template);
  }

  /** As {@link #latest(ReferenceTemplate)}, with another word in the key's place. */
  public static Optional<StoreReference> named(ReferenceTemplate template, String word) {
    return Templates.named(template, word);
  }

  /** Whether a reference is pinned: it can be fetched, but nothing can be saved to it. */
  public boolean namesADigest() {
    return templates.stream()
        .anyMatch(template -> Templates.reference(template).selector() instanceof Digest);
  }

  private static Optional<Path> certificateAuthority(Parameters parameters, Path workingDirectory) {
    Optional<Path> file = parameters.path(CA).map(workingDirectory::resolve);
    if (file.isPresent() && !Files.isReadable(file.get())) {
      throw parameters.mistake(
          CA, "'" + file.get() + "' cannot be read: name a file of PEM certificates");
    }
    return file;
  }

  /** Whether the build uses Go, as far as what makes the key tells. */
  public boolean usesGo() {
    return preset.map(ChosenPreset::usesGo).orElse(false)
        || patterns.patterns().stream()
            .anyMatch(pattern -> !pattern.startsWith("!") && GO_FILE.matcher(pattern).find());
  }

  /** Whether the cache path is the preset's own folder, in which nothing else lies. */
  public boolean isPresetsFolder() {
    return preset
        .map(chosen -> workingDirectory.resolve(chosen.folder()))
        .equals(cachePaths.only());
  }
}
