package dev.stepcache.fetch;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.Explanation;
import dev.stepcache.cache.FetchRequest;
import dev.stepcache.cache.Markers;
import dev.stepcache.cache.SaveRules;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.console.Console;
import dev.stepcache.console.FetchWords;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.LockFile;
import dev.stepcache.key.RecipeDifferences;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.FetchRecord;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.step.Step;
import dev.stepcache.step.StepEnd;
import dev.stepcache.step.StepOptions;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A run of cache-fetch whose params are right: from the key to the results. */
final class FetchRun {
  /** Nothing is left where nobody will see it, and where time is over. */
  private static final Set<Reason> LEAVES_NOTHING = Set.of(Reason.UNSHARED, Reason.TIMEOUT);

  private final Step step;
  private final FetchOptions options;
  private final StepOptions common;
  private final Console console;
  private final FetchWords words;
  private final long begin = System.nanoTime();

  /** The newest key's tag, where it was seen to hold nothing, or a cache of ours. */
  private Optional<StoreReference> latest = Optional.empty();

  FetchRun(Step step, FetchOptions options) {
    this.step = step;
    this.options = options;
    this.common = options.step();
    this.console = step.console();
    this.words = new FetchWords(console, common.access().readOnly(), options.lookupOnly());
  }

  StepEnd run() throws IOException {
    common
        .preset()
        .ifPresent(preset -> preset.lines(common.cachePaths().only()).forEach(console::line));
    Optional<KeyInputs.Computed> computed =
        options.needsKey() || !common.patterns().isEmpty()
            ? Optional.of(common.keyInputs().compute())
            : Optional.empty();
    computed.ifPresent(this::tellKey);
    common.scope().ifPresent(words::scope);
    Optional<CacheKey> key = computed.map(KeyInputs.Computed::key);
    Optional<KeyRecipe> recipe = computed.map(KeyInputs.Computed::recipe);
    FetchOutcome outcome = fetch(key, recipe);
    leaveFolders(outcome.reason());
    leaveMarkers(outcome.reason());
    boolean restored = !options.lookupOnly();
    if (!common.access().dryRun()) {
      record(
          new FetchRecord(
              key,
              recipe,
              outcome.reason(),
              outcome.restored().filter(_ -> restored).map(FetchRun::recorded),
              common.scope(),
              outcome.found(),
              latest,
              Instant.now()));
    }
    Map<String, String> results = new HashMap<>();
    results.put("fetched", Boolean.toString(restored && outcome.reason() == Reason.HIT));
    key.ifPresent(value -> results.put("key", value.hex()));
    outcome
        .restored()
        .ifPresent(found -> {
          results.put("matched", found.reference().selector().toString());
          results.put("digest", found.digest().toString());
          results.put("ref", found.reference().toString());
        });
    return new StepEnd(outcome.reason(), results);
  }

  private FetchOutcome fetch(Optional<CacheKey> key, Optional<KeyRecipe> recipe) {
    Optional<Path> unshared =
        common.cachePaths().all().stream().filter(step::isUnshared).findFirst();
    if (unshared.isPresent()) {
      Trouble trouble = Trouble.seenByNoStep(unshared.get());
      step.explain(trouble.reason(), trouble.message());
      return FetchOutcome.of(trouble);
    }
    try (OpenStores stores = step.stores(common)) {
      Caches caches = caches();
      SourceStores sources = new SourceStores(stores, options, key);
      FetchOutcome outcome =
          caches.fetch(
              new FetchRequest(
                  sources.candidates(),
                  options.expected(),
                  !common.key().platform(),
                  options.lookupOnly()));
      FetchOutcome told = tell(outcome, caches, stores, recipe);
      sources.writeThrough(outcome, caches);
      return told;
    } catch (IOException e) {
      Trouble trouble = Trouble.of(e);
      step.explain(trouble.reason(), trouble.message());
      return FetchOutcome.of(trouble);
    }
  }

  private Caches caches() {
    return Caches.in(new CacheFolders(new Roots(common.cachePaths().byName()), console::warning))
        .with(options.restoreMode())
        .with(SaveRules.upTo(options.largest()))
        .telling(step.events());
  }

  private boolean leavesNothing(Reason reason) {
    return options.lookupOnly() || common.access().dryRun() || LEAVES_NOTHING.contains(reason);
  }

  /** What the build made as another user, no later restore could write to. */
  private void leaveFolders(Reason reason) {
    if (leavesNothing(reason)
        || reason == Reason.DISK
        || options.restoreMode() != RestoreMode.SHARED) {
      return;
    }
    try {
      new CacheFolders(new Roots(common.cachePaths().byName())).makeAll();
    } catch (IOException e) {
      words.noFolder(Trouble.of(e).message());
    }
  }

  /** On a hit and on a miss alike: the build is to see the same. */
  private void leaveMarkers(Reason reason) {
    if (leavesNothing(reason)) {
      return;
    }
    try {
      Markers.leave(
          new CacheFolders(new Roots(common.cachePaths().byName())),
          common.usesGo(),
          common.isPresetsFolder(),
          (marker, file) -> words.marked(marker.tool(), file));
    } catch (IOException e) {
      words.noMarker(Trouble.of(e).message());
    }
  }

  private void tellKey(KeyInputs.Computed computed) {
    words.key(computed);
    words.passedOver(computed.passedOver());
    words.filesInTheCachePath(
        computed.recipe().files().stream()
            .map(LockFile::name)
            .filter(name -> common.cachePaths().contain(common.workingDirectory().resolve(name)))
            .toList());
    if (common.preset().isEmpty() || !common.preset().get().givesPatterns()) {
      words.unmatchedPatterns(computed.unmatchedPatterns());
    }
  }

  /** Tells how it ended; and adds what was found broken while looking for reasons. */
  private FetchOutcome tell(
      FetchOutcome outcome, Caches caches, OpenStores stores, Optional<KeyRecipe> recipe) {
    String time = Amounts.seconds(System.nanoTime() - begin);
    if (outcome.restored().isPresent()) {
      FetchOutcome.Restored restored = outcome.restored().get();
      words.restored(
          outcome,
          restored,
          common.cachePaths().toString(),
          time,
          restored
              .recipe()
              .flatMap(older -> recipe.map(newer -> RecipeDifferences.between(older, newer))));
      return outcome;
    }
    if (outcome.reason() != Reason.MISS) {
      step.explain(outcome.reason(), outcome.message(), stores);
      return outcome;
    }
    words.missed(outcome.message(), time);
    Optional<StoreReference> newest = common.latest();
    if (newest.isEmpty() || recipe.isEmpty()) {
      words.missExplained(Optional.empty());
      return outcome;
    }
    Explanation explanation =
        caches.explain(stores.ofSeveral(newest.get()), newest.get().selector(), recipe.get());
    if (explanation.latestIsOurs()) {
      latest = newest;
    }
    words.missExplained(explanation.differences());
    return outcome.with(new StoreFindings(newest.get(), Optional.empty(), explanation.findings()));
  }

  private static FetchRecord.Restored recorded(FetchOutcome.Restored restored) {
    return new FetchRecord.Restored(
        restored.reference().with(restored.digest()),
        restored.digest(),
        restored.bytes(),
        restored.reference().selector().toString());
  }

  /** By each name that the upload of this pod may know the cache by. */
  private void record(FetchRecord record) {
    step.shared()
        .ifPresent(shared -> {
          try {
            for (ReferenceTemplate template : common.templates()) {
              record.write(
                  FetchRecord.file(shared, template.text(), common.cachePaths().identity()));
            }
          } catch (IOException e) {
            words.noRecord(Trouble.of(e).message());
          }
        });
  }
}
