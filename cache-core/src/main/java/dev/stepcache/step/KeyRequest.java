package dev.stepcache.step;

import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.LockFilePatterns;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.key.Scope;
import dev.stepcache.store.StoreReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a key is made of, for whoever only asks for the key: neither a cache path nor a reference is
 * demanded.
 *
 * @param preset what is known of the build tool
 * @param inputs what the steps would compute the key from
 * @param cachePaths what no file of a key may lie in; may be empty
 * @param template where the steps would look, if that was given
 */
public record KeyRequest(
    Optional<ChosenPreset> preset,
    KeyInputs inputs,
    Set<Path> cachePaths,
    Optional<ReferenceTemplate> template) {
  /** All that it is read from, but the reference. */
  public static final List<Parameter> PARAMETERS =
      Stream.concat(
              Stream.of(
                  StepOptions.PATTERNS,
                  ChosenPreset.PRESET,
                  CachePaths.CACHE_PATH,
                  CachePaths.CACHE_PATHS,
                  StepOptions.WORKING_DIR,
                  Templates.SCOPE),
              KeyOptions.PARAMETERS.stream())
          .toList();

  public KeyRequest {
    cachePaths = Set.copyOf(cachePaths);
  }

  /**
   * Reads and checks the params.
   *
   * @param reference the param that names the cache, which may be missing
   * @throws UsageException for the first mistake
   */
  public static KeyRequest read(Parameters parameters, Parameter reference) {
    Path workingDirectory = StepOptions.readWorkingDirectory(parameters);
    boolean noPatterns = !parameters.isGiven(StepOptions.PATTERNS);
    Optional<ChosenPreset> preset =
        ChosenPreset.read(parameters, workingDirectory, noPatterns, noPatterns);
    LockFilePatterns patterns = StepOptions.patterns(parameters, preset);
    StepOptions.demandPatterns(patterns, workingDirectory);
    boolean namesFolders =
        Stream.of(CachePaths.CACHE_PATH, CachePaths.CACHE_PATHS, ChosenPreset.PRESET)
            .anyMatch(parameters::isGiven);
    Set<Path> cachePaths =
        namesFolders
            ? Set.copyOf(CachePaths.read(parameters, workingDirectory, preset).all())
            : Set.of();
    Optional<ReferenceTemplate> written =
        parameters.text(reference).map(text -> Templates.template(parameters, reference, text));
    Optional<Scope> scope =
        Templates.scope(parameters, reference, written.map(List::of).orElse(List.of()));
    Optional<ReferenceTemplate> template = written.map(each -> each.in(scope));
    KeyOptions key = KeyOptions.read(parameters);
    return new KeyRequest(
        preset,
        new KeyInputs(
            workingDirectory,
            patterns,
            cachePaths,
            written.map(ReferenceTemplate::text).orElse(""),
            key.platformName(),
            key.extras()),
        cachePaths,
        template);
  }

  /** The reference with {@code latest} in the key's place; the reference itself without one. */
  public Optional<StoreReference> latest() {
    return template.map(given ->
        Templates.latest(given).orElseGet(() -> Templates.reference(given, Optional.empty())));
  }
}
