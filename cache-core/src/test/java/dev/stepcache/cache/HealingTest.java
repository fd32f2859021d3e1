package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.store.Store;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies broken in a store, and was met by a fetch, is whole after that pod's next upload. */
@org.junit.jupiter.api.Tag("program")
class HealingTest extends DamagedCache {
  static Stream<Arguments> everything() {
    return Arrays.stream(Kept.values())
        .flatMap(kept ->
            Arrays.stream(Part.values())
                .flatMap(part ->
                    Arrays.stream(BlobDamage.values())
                        .map(damage -> Arguments.of(kept, part, damage))));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void healsAtThatPodsUploadAndSpreadsNoFurther(Kept kept, Part part, BlobDamage damage)
      throws IOException {
    try (Store store = store(kept)) {
      assertThat(save(store, FIRST, nothingSeen())).isEqualTo(Reason.SAVED);
      damage(kept, digest(store, FIRST, part), damage);

      FetchOutcome seen = fetch(store, FIRST);
      assertThat(seen.reason()).as(seen.toString()).isIn(Reason.CORRUPT, Reason.REJECTED);

      // Another key of the same content, which would be born broken.
      assertThat(save(store, SECOND, seen)).isEqualTo(Reason.SAVED);
      restores(store, SECOND);
      assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);
      restores(store, FIRST);
      assertThat(save(store, FIRST, nothingSeen())).isEqualTo(Reason.EXISTS);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void healsAllThatIsBrokenAtOnce(Kept kept) throws IOException {
    try (Store store = store(kept)) {
      save(store, FIRST, nothingSeen());
      for (Part part : List.of(Part.LAYER, Part.INDEX, Part.CONFIG)) {
        damage(kept, digest(store, FIRST, part), BlobDamage.FLIPPED);
      }
      FetchOutcome seen = fetch(store, FIRST);
      assertThat(seen.findings().broken()).hasSize(3);

      assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);
      restores(store, FIRST);
    }
  }

  @ParameterizedTest
  @EnumSource(Kept.class)
  void healsAgainWhatIsBrokenAgain(Kept kept) throws IOException {
    try (Store store = store(kept)) {
      save(store, FIRST, nothingSeen());
      for (int time = 0; time < 3; time++) {
        for (Part part : List.of(Part.LAYER, Part.MANIFEST)) {
          damage(kept, digest(store, FIRST, part), BlobDamage.FLIPPED);
          FetchOutcome seen = fetch(store, FIRST);
          assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);
          restores(store, FIRST);
        }
      }
    }
  }

  @Test
  void aFolderHealsForAllKeysThatShareWhatWasBroken() throws IOException {
    try (Store store = store(Kept.FOLDER)) {
      save(store, FIRST, nothingSeen());
      save(store, SECOND, nothingSeen());
      damage(Kept.FOLDER, digest(store, FIRST, Part.LAYER), BlobDamage.FLIPPED);

      FetchOutcome seen = fetch(store, FIRST);
      assertThat(save(store, FIRST, seen)).isEqualTo(Reason.SAVED);

      restores(store, SECOND);
    }
  }
}
