package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.format.Uses;
import dev.stepcache.format.Uses.LastUse;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What saves leave out of a cache for not being used for long. */
class PruningTest extends PrunedCache {
  @Test
  void tellsWhenAnImageWasSavedAndWhatItsBuildDidNotUse() throws IOException {
    saveBothVersions();
    assertThat(uses()).isEqualTo(new Uses(BEGIN.getEpochSecond(), sorted(Map.of())));

    assertThat(save(pod()).reason()).isEqualTo(Reason.SAVED);

    LastUse last = new LastUse(day(BEGIN), 1);
    assertThat(uses())
        .isEqualTo(
            new Uses(now.getEpochSecond(), sorted(Map.of("mod/example.com/m@v1.0.0", last))));
  }

  @Test
  void leavesOutWhatWasUnusedForAMonthAndInThreeSavesAndSaysSo() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 3; saves++) {
      save(pod());
      assertThat(leftOut()).isEmpty();
    }
    assertThat(uses().unused().get("mod/example.com/m@v1.0.0"))
        .isEqualTo(new LastUse(day(BEGIN), 3));

    Path cache = pod();
    save(cache);

    assertThat(leftOut()).hasSize(1);
    CacheEvent.Unused told = leftOut().getFirst();
    assertThat(told.why()).isEqualTo(CacheEvent.Unused.Why.FOR_LONG);
    assertThat(told.units()).isEqualTo(1);
    assertThat(told.files()).isEqualTo(3);
    assertThat(told.names().toString()).isEqualTo("mod/example.com/m@v1.0.0");
    assertThat(mod(cache, "v1.0.0")).as("on the disk it stays").exists();
    assertThat(uses().unused()).isEmpty();
    Path next = restored();
    assertThat(mod(next, "v1.0.0")).doesNotExist();
    assertThat(next.resolve("mod/example.com/m@v1.0.0")).as("nor its folder").doesNotExist();
    assertThat(mod(next, "v2.0.0")).exists();
    assertThat(next.resolve("mod/example.com/m@v2.0.0/sub/m.go")).exists();
    assertThat(next.resolve("new" + (pods - 1))).exists();
  }

  @Test
  void neverLeavesOutWhatThisBuildUsed() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 3; saves++) {
      save(pod());
    }
    Path cache = pod();
    read(cache.resolve("mod/example.com/m@v1.0.0/sub/m.go"));

    save(cache);

    assertThat(leftOut()).isEmpty();
    assertThat(uses().unused()).isEmpty();
    assertThat(mod(restored(), "v1.0.0")).exists();
  }

  @Test
  void leavesNothingOutBeforeItsTimeHoweverManySaves() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 6; saves++) {
      Path cache = pod();
      now = BEGIN.plus(Duration.ofDays(29));
      save(cache);
      assertThat(leftOut()).isEmpty();
    }
  }

  @Test
  void leavesNothingOutForAClockThatJumpsAndDaysNeverGoBackwards() throws IOException {
    saveBothVersions();
    Path cache = pod();
    pass(4000);
    save(cache);
    assertThat(leftOut()).isEmpty();
    Instant far = now;

    cache = pod();
    now = BEGIN;
    save(cache);

    assertThat(leftOut()).isEmpty();
    assertThat(uses().saved()).isEqualTo(far.getEpochSecond());
    assertThat(uses().unused().get("mod/example.com/m@v1.0.0"))
        .isEqualTo(new LastUse(day(BEGIN), 2));
  }

  @Test
  void agesNothingByABuildThatFailedOrReadNothing() throws IOException {
    saveBothVersions();
    save(pod());
    Uses before = uses();

    built = false;
    save(pod());
    assertThat(uses().unused()).isEqualTo(before.unused());

    built = true;
    Path cache = restored();
    Files.writeString(cache.resolve("more"), "more");
    save(cache);
    assertThat(uses().unused()).isEqualTo(before.unused());
  }

  @Test
  void agesNothingInAFolderThatWasRestoredIntoBefore() throws IOException {
    saveBothVersions();
    Path cache = pod();
    read(mod(cache, "v1.0.0"));
    bench.fetch(cache, RestoreMode.SHARED);
    read(mod(cache, "v2.0.0"));

    save(cache);

    assertThat(uses().unused()).as("the first fetch's build used it").isEmpty();
  }

  @Test
  void neitherSavesForBeingUnusedAloneNorForTellingSomethingElse() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 3; saves++) {
      save(pod());
    }
    pass(11);
    Path cache = restored();
    read(mod(cache, "v2.0.0"));

    assertThat(save(cache, UploadRequest.When.CHANGED).reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(leftOut()).isEmpty();
    assertThat(save(cache, UploadRequest.When.ALWAYS).reason()).isEqualTo(Reason.UNCHANGED);
  }

  @Test
  void savesTheSameTreeNoSecondTimeHoweverMuchLater() throws IOException {
    saveBothVersions();
    Uses told = uses();
    Path copy = folder.resolve("cold");
    for (String ours : List.of("index", "base", "uses")) {
      Files.delete(copy.resolve(".stepcache/" + ours));
    }
    pass(100);

    UploadOutcome outcome = save(copy);

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(outcome.saved().orElseThrow().sent()).isZero();
    assertThat(uses()).isEqualTo(told);
  }

  @Test
  void leavesOutAgainWhatTheSaveBeforeLeftOutOfTheSameTreeUntilItIsUsed() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 3; saves++) {
      save(pod());
    }
    Path cache = pod();
    save(cache);
    assertThat(leftOut()).hasSize(1);

    assertThat(save(cache, UploadRequest.When.CHANGED).reason()).isEqualTo(Reason.UNCHANGED);
    Files.writeString(cache.resolve("another"), "another");
    save(cache);
    assertThat(mod(restored(), "v1.0.0")).doesNotExist();

    read(mod(cache, "v1.0.0"));
    save(cache);
    assertThat(mod(restored(), "v1.0.0")).exists();
  }
}
