package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.restore.RestoreMode;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What counts as used, and what is left out where not all fits. */
class UsedFilesTest extends PrunedCache {
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
