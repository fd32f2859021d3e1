package dev.stepcache.upload;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.Markers;
import dev.stepcache.cache.UploadRequest;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.console.Console;
import dev.stepcache.console.UploadWords;
import dev.stepcache.outcome.FetchRecord;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.Trouble;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.step.Step;
import dev.stepcache.step.StepEnd;
import dev.stepcache.step.StepOptions;
import dev.stepcache.text.Amounts;
import dev.stepcache.tree.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run of cache-upload whose params are right: from the record to the results. */
final class UploadRun {
  private final Step step;
  private final UploadOptions options;

  /** In the scope of the fetch, where the upload is told none. */
  private StepOptions common;

  private final Console console;
  private final UploadWords words;
  private final long begin = System.nanoTime();
  private final Instant began = Instant.now();

  UploadRun(Step step, UploadOptions options) {
    this.step = step;
    this.options = options;
    this.common = options.step();
    this.console = step.console();
    this.words = new UploadWords(console);
  }

  StepEnd run() throws IOException {
    if (common.access().readOnly()) {
      words.readOnly();
      return end(new UploadOutcome(Reason.READ_ONLY, "", Optional.empty()));
    }
    common.preset().ifPresent(preset -> console.line(preset.line()));
    if (options.asksForUnknownUnits()) {
      words.pruningWithoutEffect();
    }
    Optional<FetchRecord> record = record();
    if (common.scope().isPresent()) {
      words.scope(common.scope().get());
    } else {
      common = common.in(record.flatMap(FetchRecord::scope));
      common.scope().ifPresent(words::scopeOfTheFetch);
    }
    boolean fetched = options.fetched().orElse(record.map(FetchRecord::fetched).orElse(false));
    if (fetched && options.when() == UploadRequest.When.MISS) {
      words.fetched();
      bringFetched(record);
      followFetched(record);
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
    UploadKey key = new UploadKey.Search(options, common, words).known(record);
    try (OpenStores stores = step.stores(common)) {
      Caches caches = caches().with(options.rulesAfter(!step.anyFailed()));
      List<UploadRequest> requests = targets(stores, record).requests(key, buildTime(record));
      UploadRequest request = requests.removeLast();
      UploadOutcome outcome =
          common.access().dryRun()
              ? caches.preview(request)
              : caches.uploadWritingThrough(request, requests, targets(stores, record).found());
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

  private void bringFetched(Optional<FetchRecord> record) {
    if (common.templates().size() > 1 && !common.access().dryRun()) {
      try (OpenStores stores = step.stores(common)) {
        targets(stores, record).bringFetched(caches());
      }
    }
  }

  /** The rolling tag goes back to an older key as well. */
  private void followFetched(Optional<FetchRecord> record) {
    if (options.rollingTag().isEmpty() || common.access().dryRun()) {
      return;
    }
    try (OpenStores stores = step.stores(common)) {
      targets(stores, record)
          .follow(caches(), new UploadKey.Search(options, common, words).known(record));
    } catch (IOException e) {
      words.notFollowed(Trouble.of(e));
    }
  }

  private Caches caches() {
    return Caches.in(new CacheFolders(new Roots(common.cachePaths().byName()), console::warning))
        .telling(step.events());
  }

  private TargetStores targets(OpenStores stores, Optional<FetchRecord> record) {
    return new TargetStores(stores, options, common, record, step.shared());
  }

  /** From the fetch's end to this step's begin; not of a build that failed. */
  private Optional<Duration> buildTime(Optional<FetchRecord> record) {
    return step.earlier(options.failIfFailed()).haveFailed()
        ? Optional.empty()
        : record.flatMap(left -> left.buildTime(began));
  }

  /** Whether it is the folder that cache-fetch left on a miss, which the build put nothing into. */
  private static boolean isLeftEmpty(Path cachePath, Optional<FetchRecord> record)
      throws IOException {
    return record.filter(left -> left.restored().isEmpty()).isPresent()
        && CacheFolders.isAsMade(cachePath);
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
