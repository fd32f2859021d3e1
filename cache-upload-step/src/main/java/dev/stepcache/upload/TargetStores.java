package dev.stepcache.upload;

import dev.stepcache.cache.Caches;
import dev.stepcache.cache.NearerStore;
import dev.stepcache.cache.UploadRequest;
import dev.stepcache.connect.OpenStores;
import dev.stepcache.key.ReferenceTemplate;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.FetchRecord;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.step.StepOptions;
import dev.stepcache.store.Store;
import dev.stepcache.store.StoreReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stores that an upload saves to, in their order.
 *
 * @param common in the scope that is saved for
 * @param record what the fetch of this pod left
 * @param shared the folder of all records of the pod
 */
record TargetStores(
    OpenStores stores,
    UploadOptions options,
    StepOptions common,
    Optional<FetchRecord> record,
    Optional<Path> shared) {
  /** What the fetches of this pod found broken. */
  List<StoreFindings> found() {
    return shared.map(FetchRecord::found).orElse(List.of());
  }

  /** For each target, in their order. */
  List<UploadRequest> requests(UploadKey key, Optional<Duration> buildTime) throws IOException {
    UploadRequest.Origin origin = new UploadRequest.Origin(common.scope(), buildTime);
    List<StoreFindings> found = found();
    List<UploadRequest> requests = new ArrayList<>();
    for (ReferenceTemplate template : common.templates()) {
      StoreReference target = StepOptions.reference(template, key.key());
      Optional<StoreReference> latest = StepOptions.latest(template);
      requests.add(
          new UploadRequest(
                  store(target),
                  target,
                  tag(target),
                  latest.map(TargetStores::tag),
                  key.key(),
                  key.recipe(),
                  options.when(),
                  options.compression(),
                  StoreFindings.brokenAt(target, record.map(FetchRecord::found).orElse(List.of())),
                  shared,
                  neighbours(),
                  StoreFindings.of(target, found),
                  !common.key().platform(),
                  latest.isPresent() && isOurs(latest.get()),
                  options.expiry())
              .from(origin)
              .followedBy(
                  options
                      .rollingTag()
                      .flatMap(word -> StepOptions.named(template, word))
                      .map(TargetStores::tag)));
    }
    return requests;
  }

  private Store store(StoreReference reference) throws IOException {
    return common.templates().size() > 1 ? stores.ofSeveral(reference) : stores.of(reference);
  }

  /** Whether the fetch saw that the newest key's tag holds nothing, or a cache. */
  private boolean isOurs(StoreReference latest) {
    return record
        .flatMap(FetchRecord::latest)
        .filter(seen -> seen.toString().equals(latest.toString()))
        .isPresent();
  }

  /**
   * Some of the targets may lack what was fetched from another, and what its fetch could not write.
   */
  void bringFetched(Caches caches) {
    Optional<FetchRecord.Restored> restored = record.flatMap(FetchRecord::restored);
    if (restored.isEmpty()) {
      return;
    }
    StoreReference image = restored.get().reference();
    List<StoreFindings> found = found();
    List<NearerStore> others = new ArrayList<>();
    for (ReferenceTemplate template : common.templates()) {
      StoreReference target = StepOptions.reference(template, record.flatMap(FetchRecord::key));
      // The same key of another scope is for that scope's own runs to bring.
      if (!target.sharesStoreWith(image)
          && target.selector().toString().equals(restored.get().matched())) {
        others.add(NearerStore.of(stores.ofSeveral(target), target, found));
      }
    }
    caches.writeThrough(stores.ofSeveral(image), image, others);
  }

  /** Points the rolling tags to what was fetched, in each store that has it. */
  void follow(Caches caches, UploadKey key) throws IOException {
    Optional<StoreReference> restored =
        record.flatMap(FetchRecord::restored).map(FetchRecord.Restored::reference);
    for (UploadRequest request : requests(key, Optional.empty())) {
      // Another scope's image of this key lies under no tag of this one.
      caches.follow(
          request,
          restored
              .filter(request.target()::sharesStoreWith)
              .map(StoreReference::selector)
              .orElse(request.tag()));
    }
  }

  private UploadRequest.Neighbours neighbours() {
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

  private static Tag tag(StoreReference reference) {
    // UploadOptions refuses digests.
    return (Tag) reference.selector();
  }
}
