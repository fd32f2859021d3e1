package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.StoreFindings;
import dev.stepcache.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A workspace that was restored from an image keeps nothing of it that is broken since. */
@org.junit.jupiter.api.Tag("program")
class BrokenBaseTest extends DamagedCache {
  @ParameterizedTest
  @EnumSource(Kept.class)
  void nothingIsUnchangedWhereTheImageIsBroken(Kept kept) throws IOException {
    isSavedAnew(kept, UploadRequest.When.CHANGED);
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void nothingIsTheSameAsABrokenImage(Kept kept) throws IOException {
    isSavedAnew(kept, UploadRequest.When.ALWAYS);
  }

  /** A workspace with the cache in it, which is saved for that. */
  private Path restored(Store store) throws IOException {
    save(store, FIRST, nothingSeen());
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    assertThat(fetch(store, FIRST, workspace).reason()).isEqualTo(Reason.HIT);
    return workspace;
  }

  private void isSavedAnew(Kept kept, UploadRequest.When when) throws IOException {
    try (Store store = store(kept)) {
      Path workspace = restored(store);
      damage(kept, digest(store, FIRST, Part.LAYER), BlobDamage.FLIPPED);
      FetchOutcome seen = fetch(store, FIRST);

      // The workspace has a local index of that very image, and nothing was touched.
      assertThat(upload(store, workspace, FIRST, when, seen).reason()).isEqualTo(Reason.SAVED);
      restores(store, FIRST);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void aBrokenLayerOfTheBaseIsGivenUp(Kept kept) throws IOException {
    try (Store store = store(kept)) {
      Path workspace = restored(store);
      damage(kept, digest(store, FIRST, Part.LAYER), BlobDamage.FLIPPED);
      FetchOutcome seen = fetch(store, FIRST);
      Files.writeString(workspace.resolve("new"), "new");

      // As of another cache of this pod: the image under this key is not the one that is broken.
      FetchOutcome elsewhere =
          new FetchOutcome(
              Reason.MISS,
              "",
              Optional.empty(),
              List.of(new StoreFindings(reference(FIRST), Optional.empty(), seen.findings())));
      assertThat(upload(store, workspace, SECOND, UploadRequest.When.CHANGED, elsewhere).reason())
          .isEqualTo(Reason.SAVED);

      FetchOutcome outcome = fetch(store, SECOND);
      assertThat(outcome.reason()).as(outcome.toString()).isEqualTo(Reason.HIT);
    }
  }
}
