package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store in a folder that is part of what it stores, or the reverse: the user's mistake. */
class StoreInTheCachePathTest {
  @TempDir Path folder;
  private OnePod pod;

  @BeforeEach
  void fillTheCache() throws IOException {
    folder = folder.toRealPath();
    Files.createDirectories(folder.resolve("cache"));
    Files.writeString(folder.resolve("cache/f"), "f");
    Files.writeString(folder.resolve("go.sum"), "sum");
    Files.createDirectories(folder.resolve("store/in"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("cache/sub"));
    Files.createSymbolicLink(folder.resolve("to-cache"), folder.resolve("cache"));
    pod =
        new OnePod(folder.resolve("pod"))
            .param("WORKING_DIR", folder.toString())
            .param("CACHE_PATH", "cache");
  }

  private void assertRefused(OnePod.Ran ran, String param, String what) throws IOException {
    assertThat(ran.exitCode()).as(ran.log()).isEqualTo(2);
    assertThat(ran.log())
        .startsWith("ERROR: " + param)
        .contains(what)
        .contains("name a folder")
        .hasLineCount(1);
    assertThat(folder.resolve("cache")).isDirectoryNotContaining("glob:**.stepcache");
  }

  @ParameterizedTest
  @CsvSource({
    "cache, cache",
    "cache/store, cache",
    "cache/.stepcache/store, cache",
    "cache/{{hash}}/{{os}}, cache",
    "elsewhere/../cache/store, cache",
    "link, cache",
    "link/deeper, cache",
    "to-cache/store, cache",
    "cache/store, to-cache",
    "store, store/in",
    "store, store/in/not/yet",
  })
  void isRefusedByBothStepsBeforeAnythingIsDone(String store, String cachePath) throws IOException {
    pod.param("CACHE_PATH", cachePath);
    String reference = "file://" + folder.resolve(store) + ":{{hash}}";

    assertRefused(pod.fetch(reference), "SOURCE", "the cache path '");
    assertRefused(pod.upload(reference), "TARGET", "the cache path '");
    assertThat(pod.param("MODE", "read").upload(reference).exitCode()).isEqualTo(2);
  }

  @Test
  void isRefusedForEachOfSeveralCachePaths() throws IOException {
    OnePod several =
        new OnePod(folder.resolve("several"))
            .param("WORKING_DIR", folder.toString())
            .list("CACHE_PATHS", "a=elsewhere", "b=cache");
    String reference = "file://" + folder.resolve("cache/store") + ":{{hash}}";

    assertRefused(several.fetch(reference), "SOURCE", "cache'");
    assertRefused(several.upload(reference), "TARGET", "cache'");
  }

  @Test
  void isRefusedAmongTheFallbacks() throws IOException {
    pod.list("FALLBACK_KEYS", "latest", "file://" + folder.resolve("link/old") + ":main");

    assertRefused(
        pod.fetch("file://" + folder.resolve("store") + ":{{hash}}"), "FALLBACK_KEYS", "link/old");
  }

  @Test
  void mayLieBesideIt() {
    String reference = "file://" + folder.resolve("cache-store") + ":{{hash}}";

    assertThat(pod.upload(reference).results()).containsEntry("uploaded", "true");
    assertThat(pod.fetch(reference).results()).containsEntry("fetched", "true");
  }
}
