package dev.stepcache.upload;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.Markers;
import dev.stepcache.cache.NearerStore;
import dev.stepcache.cache.UploadRequest;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.console.Console;
import dev.stepcache.console.UploadWords;
import dev.stepcache.key.CacheKey;
import dev.stepcache.key.KeyInputs;
import dev.stepcache.key.KeyRecipe;
import dev.stepcache.key.NoLockFilesException;
import dev.stepcache.key.RecipeDifferences;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.key.WrongExtraException;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchRecord;
import dev.stepcache.outcome.Found;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.step.Result;
import dev.stepcache.step.Step;
import dev.stepcache.step.StepEnd;
import dev.stepcache.step.StepOptions;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import dev.stepcache.text.Amounts;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The StepAction cache-upload: saves the cache path under its key. */
public final class CacheUpload {

  private final Step step;
  private final UploadOptions options;

  /** In the scope of the fetch, where the upload is told none. */
  private StepOptions common;

  private final Console console;
  private final UploadWords words;
  private final long begin = System.nanoTime();
  private final Instant began = Instant.now();

  private CacheUpload(Step step, UploadOptions options) {
    this.step = step;
    this.options = options;
    this.common = options.step();
    this.console = step.console();
    this.words = new UploadWords(console);
  }

  public static void main(String[] args) {
    Step.main(Result.OF_UPLOAD, step -> read(step, List.of(args)));
  }

  /** Reads the params of a run. */
  public static Step.Work read(Step step, List<String> args) {
    UploadOptions options = UploadOptions.read(step.environment(), args);
    return new Step.Work(
        options.step(),
        step.earlier(options.failIfFailed()),
        () -> new CacheUpload(step, options).run());
  }

  private StepEnd run() throws IOException {
    if (common.access().readOnly()) {
      words.readOnly();
      return end(new UploadOutcome(Reason.READ_ONLY, "", Optional.empty()));
    }
    common.preset().ifPresent(preset -> console.line(preset.line()));
    Optional<FetchRecord> record = record();
    boolean given = common.scope().isPresent();
    if (!given) {
      common = common.in(record.flatMap(FetchRecord::scope));
    }
    common.scope().ifPresent(scope -> words.scope(scope, given));
    boolean fetched = options.fetched().orElse(record.map(FetchRecord::fetched).orElse(false));
    if (fetched && options.when() == UploadRequest.When.MISS) {
      words.fetched();
      bringFetched(record);
      return end(new UploadOutcome(Reason.FETCHED, "", Optional.empty()));
    }
    List<Path> cachePaths = common.cachePaths().all();
    Optional<Path> unshared = cachePaths.stream().filter(step::isUnshared).findFirst();
    if (unshared.isPresent()) {
      return failed(Trouble.filledByNoStep(unshared.get()));
    }
    // Of several as well: without one of them the cache would be one with a hole.
    for (Path cachePath : cachePaths) {
      if (!Files.isDirectory(cachePath)) {
        return failed(Trouble.noFolder(cachePath));
      }
      if (isLeftEmpty(cachePath, record)
          || (cachePaths.size() > 1 && Markers.isAllThereIs(cachePath))) {
        return failed(Trouble.leftEmpty(cachePath));
      }
    }
    Keyed keyed = keyed(record);
    try (OpenStores stores = step.stores(common)) {
      Caches caches =
          Caches.in(new CacheFolders(new Roots(common.cachePaths().byName())))
              .with(options.rules())
              .telling(step.events());
      List<Found> found = step.shared().map(FetchRecord::found).orElse(List.of());
      List<UploadRequest> requests = requests(stores, keyed, record, found);
      UploadRequest request = requests.removeLast();
      UploadOutcome outcome =
          common.access().dryRun()
              ? caches.preview(request)
              : caches.upload(request, requests, found);
      tell(outcome, record.flatMap(FetchRecord::restored), stores);
      return end(outcome);
    } catch (IOException e) {
      return failed(Trouble.of(e));
    }
  }

  /** What the fetch of this pod left under the name of one of the targets. */
  private Optional<FetchRecord> record() {
    return step.shared()
        .flatMap(shared ->
            common.templates().reversed().stream()
                .flatMap(template ->
                    FetchRecord.read(
                        FetchRecord.file(shared, template.text(), common.cachePaths().identity()))
                        .stream())
                .findFirst());
  }

  /** For each target, in their order. */
  private List<UploadRequest> requests(
      OpenStores stores, Keyed keyed, Optional<FetchRecord> record, List<Found> found)
      throws IOException {
    UploadRequest.Origin origin = new UploadRequest.Origin(common.scope(), buildTime(record));
    List<UploadRequest> requests = new ArrayList<>();
    for (ReferenceTemplate template : common.templates()) {
      StoreReference target = StepOptions.reference(template, keyed.key());
      Optional<StoreReference> latest = StepOptions.latest(template);
      requests.add(
          new UploadRequest(
                  store(stores, target),
                  target,
                  tag(target),
                  latest.map(CacheUpload::tag),
                  keyed.key(),
                  keyed.recipe(),
                  options.when(),
                  options.compression(),
                  Found.brokenAt(target, record.map(FetchRecord::found).orElse(List.of())),
                  step.shared(),
                  neighbours(stores, record),
                  Found.of(target, found),
                  !common.key().platform(),
                  latest.isPresent() && isOurs(latest.get(), record),
                  options.expiry())
              .from(origin));
    }
    return requests;
  }

  private Store store(OpenStores stores, StoreReference reference) throws IOException {
    return common.templates().size() > 1 ? stores.ofSeveral(reference) : stores.of(reference);
  }

  /** Whether the fetch saw that the newest key's tag holds nothing, or a cache. */
  private static boolean isOurs(StoreReference latest, Optional<FetchRecord> record) {
    return record
        .flatMap(FetchRecord::latest)
        .filter(seen -> seen.toString().equals(latest.toString()))
        .isPresent();
  }

  /** From the fetch's end to this step's begin; not of a build that failed. */
  private Optional<Duration> buildTime(Optional<FetchRecord> record) {
    return step.earlier(options.failIfFailed()).haveFailed()
        ? Optional.empty()
        : record.flatMap(left -> left.buildTime(began));
  }

  /**
   * Some of the targets may lack what was fetched from another, and what its fetch could not write.
   */
  private void bringFetched(Optional<FetchRecord> record) {
    Optional<FetchRecord.Restored> restored = record.flatMap(FetchRecord::restored);
    if (common.templates().size() == 1 || restored.isEmpty() || common.access().dryRun()) {
      return;
    }
    StoreReference image = restored.get().reference();
    List<Found> found = step.shared().map(FetchRecord::found).orElse(List.of());
    try (OpenStores stores = step.stores(common)) {
      List<NearerStore> others = new ArrayList<>();
      for (ReferenceTemplate template : common.templates()) {
        StoreReference target = StepOptions.reference(template, record.flatMap(FetchRecord::key));
        // The same key of another scope is for that scope's own runs to bring.
        if (!target.sharesStoreWith(image)
            && target.selector().toString().equals(restored.get().matched())) {
          others.add(NearerStore.of(stores.ofSeveral(target), target, found));
        }
      }
      Caches.in(new CacheFolders(new Roots(common.cachePaths().byName())))
          .telling(step.events())
          .writeThrough(stores.ofSeveral(image), image, others);
    }
  }

  /** Whether it is the folder that cache-fetch left on a miss, which the build put nothing into. */
  private static boolean isLeftEmpty(Path cachePath, Optional<FetchRecord> record)
      throws IOException {
    return record.filter(left -> left.restored().isEmpty()).isPresent()
        && CacheFolders.isAsMade(cachePath);
  }

  private static UploadRequest.Neighbours neighbours(
      OpenStores stores, Optional<FetchRecord> record) {
    return new UploadRequest.Neighbours() {
      @Override
      public Store open(StoreReference reference) throws IOException {
        return stores.of(reference);
      }

      @Override
      public Optional<StoreReference> fetched() {
        return record.flatMap(FetchRecord::restored).map(FetchRecord.Restored::reference);
      }
    };
  }

  /** A key, and what made it as far as that is known. */
  private record Keyed(Optional<CacheKey> key, Optional<KeyRecipe> recipe) {}

  /** The KEY param, else fetch's key, else one computed now. */
  private Keyed keyed(Optional<FetchRecord> record) throws IOException {
    Optional<CacheKey> known = options.key().or(() -> record.flatMap(FetchRecord::key));
    if (known.isEmpty()) {
      if (!common.template().needsKey() && common.patterns().isEmpty()) {
        return new Keyed(Optional.empty(), Optional.empty());
      }
      KeyInputs.Computed computed = common.keyInputs().compute();
      words.computedNow(computed);
      return new Keyed(Optional.of(computed.key()), Optional.of(computed.recipe()));
    }
    CacheKey key = known.get();
    words.key(key, options.key().isPresent());
    Optional<KeyRecipe> recipe =
        record.filter(left -> left.key().equals(Optional.of(key))).flatMap(FetchRecord::recipe);
    return new Keyed(Optional.of(key), recipe.or(() -> recomputed(key)).map(this::compared));
  }

  private Optional<KeyRecipe> recomputed(CacheKey key) {
    return now().filter(computed -> computed.key().equals(key)).map(KeyInputs.Computed::recipe);
  }

  /** Says which files the build changed since the fetch; the key stays the fetch's. */
  private KeyRecipe compared(KeyRecipe recipe) {
    Optional<KeyInputs.Computed> now = now();
    words.changedByTheBuild(
        now.map(computed -> RecipeDifferences.between(recipe, computed.recipe()))
            .orElse(List.of()));
    return recipe;
  }

  private Optional<KeyInputs.Computed> now() {
    if (common.patterns().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(common.keyInputs().compute());
    } catch (NoLockFilesException e) {
      words.keyFilesGone(String.valueOf(e.getMessage()));
      return Optional.empty();
    } catch (WrongExtraException e) {
      words.wrongExtra(String.valueOf(e.getMessage()));
      return Optional.empty();
    } catch (IOException e) {
      words.keyFilesUnreadable(Trouble.of(e).message());
      return Optional.empty();
    }
  }

  private static Tag tag(StoreReference reference) {
    // UploadOptions refuses digests.
    return (Tag) reference.selector();
  }

  private void tell(UploadOutcome outcome, Optional<FetchRecord.Restored> base, OpenStores stores) {
    String time = Amounts.seconds(System.nanoTime() - begin);
    switch (outcome.reason()) {
      case SAVED ->
          outcome
              .saved()
              .ifPresent(saved ->
                  words.saved(saved, base.map(restored -> saved.bytes() - restored.bytes()), time));
      case EXISTS, UNCHANGED, READ_ONLY -> words.notSaved(outcome, time);
      default -> step.explain(outcome.reason(), outcome.message(), stores);
    }
    if (wantsCleanUp(outcome, base)) {
      // Of several folders nobody knows which one is the tool's.
      common
          .preset()
          .ifPresent(preset ->
              common.cachePaths().only().ifPresent(path -> words.cleanUp(preset.cleanUp(path))));
    }
  }

  /** Whether a cache is too large, or will soon be. */
  private boolean wantsCleanUp(UploadOutcome outcome, Optional<FetchRecord.Restored> base) {
    if (outcome.reason() == Reason.TOO_LARGE) {
      return true;
    }
    long bytes = outcome.saved().map(UploadOutcome.Saved::bytes).orElse(0L);
    return outcome.reason() == Reason.SAVED
        && (bytes > options.rules().largest() / 2
            || base.filter(restored -> bytes > restored.bytes() + restored.bytes() / 4)
                .isPresent());
  }

  private StepEnd failed(Trouble trouble) {
    step.explain(trouble.reason(), trouble.message());
    return end(new UploadOutcome(trouble.reason(), trouble.message(), Optional.empty()));
  }

  private static StepEnd end(UploadOutcome outcome) {
    Map<String, String> results = new HashMap<>();
    results.put("uploaded", Boolean.toString(outcome.reason() == Reason.SAVED));
    outcome
        .saved()
        .ifPresent(saved -> {
          results.put("digest", saved.digest().toString());
          results.put("ref", saved.reference().toString());
        });
    return new StepEnd(outcome.reason(), results);
  }
}
