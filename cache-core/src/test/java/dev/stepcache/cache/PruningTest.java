package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.format.MemoryBudget;
import dev.stepcache.format.Uses;
import dev.stepcache.format.Uses.LastUse;
import dev.stepcache.key.Excludes;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.Roots;
import dev.stepcache.usage.Pruning;
import dev.stepcache.usage.Units;
import dev.stepcache.usage.UsesFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What saves leave out of a cache for not being used: a module's versions, as Go keeps them. */
class PruningTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);

  @TempDir private Path folder;
  private Bench bench;
  private Instant now = BEGIN;
  private long largest = 1L << 40;
  private boolean built = true;
  private int pods;

  @BeforeEach
  void open() {
    bench = Bench.layout(folder.resolve("store"));
  }

  private Path module(Path cache, String version) throws IOException {
    Path sources = Files.createDirectories(cache.resolve("mod/example.com/m@" + version + "/sub"));
    Files.writeString(sources.resolve("m.go"), "package m // " + version);
    Path downloads = Files.createDirectories(cache.resolve("mod/cache/download/example.com/m/@v"));
    Files.writeString(downloads.resolve(version + ".mod"), "module m // " + version);
    Files.writeString(downloads.resolve(version + ".zip"), version.repeat(1000));
    return downloads.resolve(version + ".mod");
  }

  private Path read(Path file) throws IOException {
    assertThat(Files.readAllBytes(file)).isNotEmpty();
    return file;
  }

  private static Path mod(Path cache, String version) {
    return cache.resolve("mod/cache/download/example.com/m/@v/" + version + ".mod");
  }

  private Path restored() {
    Path cache = folder.resolve("pod" + ++pods);
    assertThat(bench.fetch(cache, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    return cache;
  }

  private UploadOutcome save(Path cache) {
    return save(cache, UploadRequest.When.ALWAYS);
  }

  private UploadOutcome save(Path cache, UploadRequest.When when) {
    return save(Roots.of(cache), when, new Pruning(Units.GO, Optional.of(MONTH), built, () -> now));
  }

  private UploadOutcome save(Roots roots, UploadRequest.When when, Pruning pruning) {
    bench.rules = new SaveRules(largest, false, false, Excludes.NONE, false, pruning);
    bench.events.clear();
    return bench.upload(roots, when, Optional.empty());
  }

  private void pass(int days) {
    now = now.plus(Duration.ofDays(days));
  }

  private Uses uses() throws IOException {
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    StoredManifest stored =
        store.manifest(new dev.stepcache.oci.Tag(Bench.KEY.hex())).orElseThrow();
    VerifiedReads reads = new VerifiedReads(store);
    return ImageReader.index(
            reads,
            ImageReader.image(reads, ImageReader.manifest(stored)).index().orElseThrow(),
            new MemoryBudget(Resources.ofThisJvm()))
        .index()
        .uses()
        .orElseThrow();
  }

  private List<CacheEvent.Unused> leftOut() {
    return bench.events.stream()
        .filter(CacheEvent.Unused.class::isInstance)
        .map(CacheEvent.Unused.class::cast)
        .toList();
  }

  private static long day(Instant time) {
    return time.getEpochSecond() / 86_400;
  }

  /** A pod whose build uses the new version and makes something anew. */
  private Path pod() throws IOException {
    pass(11);
    Path cache = restored();
    read(mod(cache, "v2.0.0"));
    Files.writeString(cache.resolve("new" + pods), "new");
    return cache;
  }

  private void saveBothVersions() throws IOException {
    Path cache = folder.resolve("cold");
    module(cache, "v1.0.0");
    module(cache, "v2.0.0");
    assertThat(save(cache).reason()).isEqualTo(Reason.SAVED);
  }

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

  private static SortedMap<String, LastUse> sorted(Map<String, LastUse> units) {
    return new Uses(0, new TreeMap<>(units)).unused();
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

  @Test
  void makesRoomByWhatWasUnusedForLongestAndNeverByWhatThisBuildUsed() throws IOException {
    Path cold = folder.resolve("cold");
    for (int version = 1; version <= 3; version++) {
      module(cold, "v" + version + ".0.0");
    }
    save(cold);
    pass(1);
    Path cache = restored();
    read(mod(cache, "v2.0.0"));
    read(mod(cache, "v3.0.0"));
    Files.writeString(cache.resolve("new"), "new");
    save(cache);
    pass(1);
    cache = restored();
    read(mod(cache, "v3.0.0"));
    Files.writeString(cache.resolve("more"), "more");

    largest = 13_000;
    assertThat(save(cache).reason()).isEqualTo(Reason.SAVED);

    assertThat(leftOut()).hasSize(1);
    assertThat(leftOut().getFirst().why()).isEqualTo(CacheEvent.Unused.Why.TOO_LARGE);
    assertThat(leftOut().getFirst().names().toString()).isEqualTo("mod/example.com/m@v1.0.0");
    Path next = restored();
    assertThat(mod(next, "v2.0.0")).exists();
    read(mod(next, "v2.0.0"));
    read(mod(next, "v3.0.0"));
    Files.writeString(next.resolve("most"), "most");
    largest = 9_000;
    assertThat(save(next).reason()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void leavesNothingOutWhereThatIsTurnedOffOrNobodyKnowsTheUnits() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 3; saves++) {
      save(pod());
    }
    Path cache = pod();
    save(
        Roots.of(cache),
        UploadRequest.When.ALWAYS,
        new Pruning(Units.GO, Optional.empty(), true, () -> now));
    assertThat(leftOut()).isEmpty();
    assertThat(uses().unused()).as("yet it is told").hasSize(1);
    largest = 1000;
    assertThat(
            save(
                    Roots.of(pod()),
                    UploadRequest.When.ALWAYS,
                    new Pruning(Units.GO, Optional.empty(), true, () -> now))
                .reason())
        .isEqualTo(Reason.TOO_LARGE);
    largest = 1L << 40;

    save(Roots.of(pod()), UploadRequest.When.ALWAYS, Pruning.NONE.by(() -> now));

    assertThat(leftOut()).isEmpty();
    assertThat(uses().unused()).isEmpty();
  }

  @Test
  void leavesNothingForgedOrDamagedBreakASave() throws IOException {
    saveBothVersions();
    Path cache = pod();
    for (String damaged : List.of("", "stepcache-uses-1", "\u0010stepcache-uses-1\1\1\1\0\177")) {
      Files.writeString(cache.resolve(".stepcache/" + UsesFile.FILE), damaged);
      Files.writeString(cache.resolve("new" + damaged.length()), "new");
      assertThat(save(cache).reason()).isEqualTo(Reason.SAVED);
      assertThat(uses().unused()).isEmpty();
    }
  }

  @Tag("root")
  @Test
  void saysOnceThatTheFileSystemTellsNothingAndLeavesNothingOut() throws IOException {
    saveBothVersions();
    for (int saves = 1; saves <= 3; saves++) {
      save(pod());
    }
    pass(11);
    Path cache = folder.resolve("blind");
    Optional<RealFileSystem> mounted = RealFileSystem.inMemory(cache, "size=8m,noatime");
    Assumptions.assumeTrue(mounted.isPresent(), "not run: mounting needs root");
    try (RealFileSystem _ = mounted.get()) {
      bench.fetch(cache, RestoreMode.SHARED);
      Files.writeString(cache.resolve("new"), "new");

      save(cache);

      assertThat(bench.events).filteredOn(CacheEvent.UsesUnknown.class::isInstance).hasSize(1);
      assertThat(leftOut()).isEmpty();
      assertThat(uses().unused()).as("who knows whether it was used").isEmpty();
    }
    assertThat(mod(restored(), "v1.0.0")).exists();
  }

  /** Either name may be read: it is one file. */
  @Test
  void leavesOutNoFileThatHasNamesInSeveralUnits() throws IOException {
    Path cold = folder.resolve("cold");
    module(cold, "v1.0.0");
    module(cold, "v2.0.0");
    Path linked = module(cold, "v3.0.0").resolveSibling("v3.0.0.zip");
    Files.delete(linked);
    Files.createLink(linked, linked.resolveSibling("v1.0.0.zip"));
    save(cold);
    for (int saves = 1; saves <= 4; saves++) {
      save(pod());
      assertThat(leftOut()).isEmpty();
    }
  }

  @Test
  void countsWhatIsFollowedOrMappedAsUsed() throws IOException {
    Path cold = folder.resolve("cold");
    module(cold, "v2.0.0");
    for (String version : List.of("v1.0.0", "v3.0.0")) {
      Path zip = module(cold, version).resolveSibling(version + ".zip");
      Files.writeString(cold.resolve("target" + version), "target");
      Files.delete(zip);
      Files.createSymbolicLink(zip, Path.of("../../../../../../target" + version));
    }
    save(cold);
    Path cache = pod();
    Path link = mod(cache, "v1.0.0").resolveSibling("v1.0.0.zip");
    assertThat(Files.readSymbolicLink(link)).isNotNull();
    try (FileChannel file = FileChannel.open(mod(cache, "v3.0.0"));
        Arena arena = Arena.ofConfined()) {
      assertThat(file.map(MapMode.READ_ONLY, 0, 1, arena).get(ValueLayout.JAVA_BYTE, 0))
          .isPositive();
    }

    save(cache);

    assertThat(uses().unused()).isEmpty();
  }

  @Test
  void takesNamesOfSeveralCachePathsEachForItself() throws IOException {
    Map<String, Path> cold = Map.of("a", folder.resolve("a"), "b", folder.resolve("b"));
    for (Path root : cold.values()) {
      module(root, "v1.0.0");
    }
    Pruning pruning = new Pruning(Units.GO, Optional.of(MONTH), true, () -> now);
    save(new Roots(cold), UploadRequest.When.ALWAYS, pruning);
    Map<String, Path> warm = Map.of("a", folder.resolve("a2"), "b", folder.resolve("b2"));
    bench.fetch(new Roots(warm), RestoreMode.SHARED);
    read(mod(folder.resolve("a2"), "v1.0.0"));
    Files.writeString(folder.resolve("b2/new"), "new");

    save(new Roots(warm), UploadRequest.When.ALWAYS, pruning);

    assertThat(uses().unused().keySet()).containsExactly("b/mod/example.com/m@v1.0.0");
  }
}
