package dev.stepcache.fetch;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.Candidate;
import dev.stepcache.cache.Explanation;
import dev.stepcache.cache.FetchRequest;
import dev.stepcache.cache.Markers;
import dev.stepcache.cache.NearerStore;
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
import dev.stepcache.outcome.Found;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import dev.stepcache.step.StepEnd;
import dev.stepcache.step.StepOptions;
import dev.stepcache.store.Fetcher;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.syscall.Umask;
import dev.stepcache.text.Amounts;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The StepAction cache-fetch: restores the cache path from what is stored under its key. */
public final class CacheFetch {
  /** Nothing is left where nobody will see it, and where time is over. */
  private static final Set<Reason> LEAVES_NOTHING = Set.of(Reason.UNSHARED, Reason.TIMEOUT);

  private final Step step;
  private final FetchOptions options;
  private final StepOptions common;
  private final Console console;
  private final FetchWords words;
  private final long begin = System.nanoTime();

  /** By their names, as each store is read. */
  private final Map<String, Fetcher> read = new HashMap<>();

  /** The newest key's tag, where it was seen to hold nothing, or a cache of ours. */
  private Optional<StoreReference> latest = Optional.empty();

  private CacheFetch(Step step, FetchOptions options) {
    this.step = step;
    this.options = options;
    this.common = options.step();
    this.console = step.console();
    this.words = new FetchWords(console, common.access().readOnly(), options.lookupOnly());
  }

  public static void main(String[] args) {
    Umask.own();
    Step.main(Result.OF_FETCH, step -> read(step, List.of(args)));
  }

  /** Reads the params of a run. */
  public static Step.Work read(Step step, List<String> args) {
    FetchOptions options = FetchOptions.read(step.environment(), args);
    return new Step.Work(
        options.step(), step.earlier(List.of()), () -> new CacheFetch(step, options).run());
  }

  private StepEnd run() throws IOException {
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
              outcome.restored().filter(_ -> restored).map(CacheFetch::recorded),
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
      FetchOutcome outcome =
          caches.fetch(
              new FetchRequest(
                  candidates(stores, key),
                  options.expected(),
                  !common.key().platform(),
                  options.lookupOnly()));
      FetchOutcome told = tell(outcome, caches, stores, recipe);
      writeThrough(outcome, caches, stores, key);
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
        .with(new SaveRules(options.largest(), false, false))
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

  /**
   * The key's own place in each store, then that of other scopes, then the fallbacks in their
   * order; none twice.
   */
  private List<Candidate> candidates(OpenStores stores, Optional<CacheKey> key) throws IOException {
    Map<String, Candidate> candidates = new LinkedHashMap<>();
    for (ReferenceTemplate own : common.templates()) {
      add(candidates, stores, key, own, true, true);
    }
    for (ReferenceTemplate other : options.fallbacks().scopes()) {
      add(candidates, stores, key, other, false, true);
    }
    for (ReferenceTemplate fallback : options.fallbacks().others()) {
      add(candidates, stores, key, fallback, false, false);
    }
    return List.copyOf(candidates.values());
  }

  private void add(
      Map<String, Candidate> candidates,
      OpenStores stores,
      Optional<CacheKey> key,
      ReferenceTemplate template,
      boolean exact,
      boolean hits)
      throws IOException {
    StoreReference reference = StepOptions.reference(template, key);
    if (!candidates.containsKey(reference.toString())) {
      boolean nearer =
          isOneOfOurs(reference, key)
              && !StepOptions.reference(common.template(), key).sharesStoreWith(reference);
      candidates.put(
          reference.toString(),
          new Candidate(read(stores, reference, key), reference, exact, hits, nearer));
    }
  }

  private boolean isOneOfOurs(StoreReference reference, Optional<CacheKey> key) {
    return common.templates().size() > 1
        && common.templates().stream()
            .anyMatch(one -> StepOptions.reference(one, key).sharesStoreWith(reference));
  }

  /** A store, of which the nearest one keeps what is read, where it is to. */
  private Fetcher read(OpenStores stores, StoreReference reference, Optional<CacheKey> key)
      throws IOException {
    Store store = store(stores, reference);
    if (!options.writesThrough()) {
      return store;
    }
    StoreReference nearest = StepOptions.reference(common.templates().getFirst(), key);
    boolean isBehind = !nearest.sharesStoreWith(reference) && isOneOfOurs(reference, key);
    return read.computeIfAbsent(
        store.toString(), _ -> isBehind ? Caches.kept(store, stores.ofSeveral(nearest)) : store);
  }

  private Store store(OpenStores stores, StoreReference reference) throws IOException {
    return common.templates().size() > 1 ? stores.ofSeveral(reference) : stores.of(reference);
  }

  /**
   * Brings a hit to the stores that are asked before the one that had it. The cache path is whole
   * by then: what goes wrong here is no more than a line.
   */
  private void writeThrough(
      FetchOutcome outcome, Caches caches, OpenStores stores, Optional<CacheKey> key)
      throws IOException {
    if (!options.writesThrough() || outcome.reason() != Reason.HIT) {
      return;
    }
    FetchOutcome.Restored restored = outcome.restored().orElseThrow();
    List<NearerStore> nearer = new ArrayList<>();
    for (ReferenceTemplate template : common.templates()) {
      StoreReference target =
          StepOptions.reference(template, key).with(restored.reference().selector());
      if (target.toString().equals(restored.reference().toString())) {
        break;
      }
      nearer.add(NearerStore.of(stores.ofSeveral(target), target, outcome.found()));
    }
    caches.writeThrough(
        read(stores, restored.reference(), key),
        restored.reference().with(restored.digest()),
        nearer);
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
    return outcome.with(new Found(newest.get(), Optional.empty(), explanation.findings()));
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
