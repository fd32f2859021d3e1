package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.key.Excludes;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.tree.Roots;
import dev.stepcache.usage.Pruning;
import dev.stepcache.usage.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of twenty modules, of which one is upgraded before each save, ten days apart. */
class UpgradesTest {
  private static final int MODULES = 20;
  private static final int GENERATIONS = 30;
  private static final int BYTES = 20_000;

  @TempDir private Path folder;
  private final Random random = new Random(5);
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");

  private static Path download(Path cache, int module, int version) {
    return cache.resolve(
        "mod/cache/download/example.com/m" + module + "/@v/v1." + version + ".0.zip");
  }

  private static int version(int module, int generation) {
    return generation / MODULES + (module < generation % MODULES ? 1 : 0);
  }

  /** Reads each module's version, and downloads those that are not there. */
  private int build(Path cache, int generation) throws IOException {
    int downloads = 0;
    for (int module = 0; module < MODULES; module++) {
      Path file = download(cache, module, version(module, generation));
      if (Files.exists(file)) {
        assertThat(Files.readAllBytes(file)).hasSize(BYTES);
      } else {
        byte[] content = new byte[BYTES];
        random.nextBytes(content);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        downloads++;
      }
    }
    return downloads;
  }

  private long size(Optional<Duration> after) throws IOException {
    String name = after.isPresent() ? "pruned" : "kept";
    Bench bench = Bench.layout(folder.resolve(name));
    bench.rules =
        new SaveRules(
            1L << 40,
            false,
            false,
            Excludes.NONE,
            false,
            new Pruning(Units.GO, after, true, () -> now));
    long bytes = 0;
    for (int generation = 0; generation <= GENERATIONS; generation++) {
      now = now.plus(Duration.ofDays(10));
      Path cache = folder.resolve(name + "-pod" + generation);
      if (generation > 0) {
        assertThat(bench.fetch(cache, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
      }
      assertThat(build(cache, generation))
          .as("what was upgraded, and no more")
          .isEqualTo(generation == 0 ? MODULES : 1);
      UploadOutcome outcome =
          bench.upload(Roots.of(cache), UploadRequest.When.ALWAYS, Optional.empty());
      assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
      bytes = outcome.saved().orElseThrow().bytes();
      if (after.isPresent()) {
        assertThat(bytes).isLessThanOrEqualTo((long) (1.3 * MODULES * BYTES));
      }
    }
    return bytes;
  }

  @Test
  void staysWithinAThirdMoreThanAColdCacheAndNothingIsDownloadedTwice() throws IOException {
    assertThat(size(Optional.of(Duration.ofDays(30))))
        .as("the versions in use, and those of the last three upgrades")
        .isEqualTo((MODULES + 3) * (long) BYTES);
  }

  @Test
  void growsWithEachUpgradeWhereThatIsTurnedOff() throws IOException {
    assertThat(size(Optional.empty())).isEqualTo((MODULES + GENERATIONS) * (long) BYTES);
  }
}
