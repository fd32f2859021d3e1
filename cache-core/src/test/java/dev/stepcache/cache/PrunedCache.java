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
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.store.StoredManifest;
import dev.stepcache.transfer.ImageReader;
import dev.stepcache.transfer.VerifiedReads;
import dev.stepcache.tree.Roots;
import dev.stepcache.usage.Pruning;
import dev.stepcache.usage.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cache of a module in several versions, as Go keeps them, and pods that fetch and save it. */
abstract class PrunedCache {
  static final Instant BEGIN = Instant.parse("2026-01-01T12:00:00Z");
  static final Duration MONTH = Duration.ofDays(30);

  @TempDir Path folder;
  Bench bench;
  Instant now = BEGIN;
  long largest = 1L << 40;
  boolean built = true;
  int pods;

  @BeforeEach
  void open() {
    bench = Bench.layout(folder.resolve("store"));
  }

  Path module(Path cache, String version) throws IOException {
    Path sources = Files.createDirectories(cache.resolve("mod/example.com/m@" + version + "/sub"));
    Files.writeString(sources.resolve("m.go"), "package m // " + version);
    Path downloads = Files.createDirectories(cache.resolve("mod/cache/download/example.com/m/@v"));
    Files.writeString(downloads.resolve(version + ".mod"), "module m // " + version);
    Files.writeString(downloads.resolve(version + ".zip"), version.repeat(1000));
    return downloads.resolve(version + ".mod");
  }

  Path read(Path file) throws IOException {
    assertThat(Files.readAllBytes(file)).isNotEmpty();
    return file;
  }

  static Path mod(Path cache, String version) {
    return cache.resolve("mod/cache/download/example.com/m/@v/" + version + ".mod");
  }

  Path restored() {
    Path cache = folder.resolve("pod" + ++pods);
    assertThat(bench.fetch(cache, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    return cache;
  }

  UploadOutcome save(Path cache) {
    return save(cache, UploadRequest.When.ALWAYS);
  }

  UploadOutcome save(Path cache, UploadRequest.When when) {
    return save(Roots.of(cache), when, new Pruning(Units.GO, Optional.of(MONTH), built, () -> now));
  }

  UploadOutcome save(Roots roots, UploadRequest.When when, Pruning pruning) {
    bench.rules = new SaveRules(largest, false, false, Excludes.NONE, false, pruning);
    bench.events.clear();
    return bench.upload(roots, when, Optional.empty());
  }

  void pass(int days) {
    now = now.plus(Duration.ofDays(days));
  }

  Uses uses() throws IOException {
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

  List<CacheEvent.Unused> leftOut() {
    return bench.events.stream()
        .filter(CacheEvent.Unused.class::isInstance)
        .map(CacheEvent.Unused.class::cast)
        .toList();
  }

  static long day(Instant time) {
    return time.getEpochSecond() / 86_400;
  }

  /** A pod whose build uses the new version and makes something anew. */
  Path pod() throws IOException {
    pass(11);
    Path cache = restored();
    read(mod(cache, "v2.0.0"));
    Files.writeString(cache.resolve("new" + pods), "new");
    return cache;
  }

  void saveBothVersions() throws IOException {
    Path cache = folder.resolve("cold");
    module(cache, "v1.0.0");
    module(cache, "v2.0.0");
    assertThat(save(cache).reason()).isEqualTo(Reason.SAVED);
  }

  static SortedMap<String, LastUse> sorted(Map<String, LastUse> units) {
    return new Uses(0, new TreeMap<>(units)).unused();
  }
}
