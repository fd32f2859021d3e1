package dev.stepcache.tekton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline's author may ask of the two steps besides fetching and saving one key. */
class AuthorsWishesTest {
  @TempDir Path folder;
  private Path workspace;
  private Path cache;
  private String reference;
  private int pods;

  @BeforeEach
  void makeAProject() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    cache = workspace.resolve("cache");
    reference = "file://" + folder.resolve("store") + ":{{hash}}";
    Files.writeString(workspace.resolve("go.sum"), "sum\n");
  }

  private OnePod pod() throws IOException {
    return new OnePod(folder.resolve("pod-" + pods++))
        .patterns("go.sum")
        .param("WORKING_DIR", workspace.toString())
        .param("CACHE_PATH", cache.toString());
  }

  private void build(String content) throws IOException {
    Files.writeString(Files.createDirectories(cache).resolve("f"), content);
  }

  private void clean() throws IOException {
    try (Stream<Path> all = Files.walk(cache)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  private OnePod.Ran save() throws IOException {
    OnePod pod = pod();
    pod.fetch(reference);
    build("f");
    OnePod.Ran saved = pod.upload(reference);
    clean();
    return saved;
  }

  private Set<String> files(Path below) throws IOException {
    if (!Files.exists(below)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.walk(below)) {
      return all.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void restoresTheNewestCacheForANewKeyAndSavesTheNewKey() throws IOException {
    OnePod.Ran saved = save();
    Files.writeString(workspace.resolve("go.sum"), "sum\nmore\n");

    OnePod pod = pod().list("FALLBACK_KEYS", "absent", "{{latest}}");
    OnePod.Ran fetched = pod.fetch(reference);
    OnePod.Ran again = pod.without("FALLBACK_KEYS").upload(reference);

    assertThat(fetched.results())
        .containsEntry("fetched", "false")
        .containsEntry("reason", "fallback")
        .containsEntry("matched", "latest")
        .containsEntry("digest", saved.results().get("digest"));
    assertThat(fetched.results().get("ref")).endsWith(":latest");
    assertThat(fetched.log()).contains("go.sum changed").contains("will save the new key");
    assertThat(cache.resolve("f")).hasContent("f");
    assertThat(again.results()).containsEntry("uploaded", "true");
    assertThat(pod().fetch(reference).results()).containsEntry("fetched", "true");
    assertThat(String.join("", fetched.results().values())).hasSizeLessThan(1024);
  }

  @Test
  void restoresNothingButTheDigestThatIsExpected() throws IOException {
    OnePod.Ran saved = save();

    OnePod.Ran other =
        pod()
            .param("EXPECTED_DIGEST", "sha256:" + "0".repeat(64))
            .list("FALLBACK_KEYS", "latest")
            .fetch(reference);
    assertThat(other.results())
        .containsEntry("reason", "digest")
        .containsEntry("fetched", "false")
        .containsEntry("digest", "");
    assertThat(cache).isEmptyDirectory();

    OnePod.Ran same =
        pod().param("EXPECTED_DIGEST", saved.results().get("digest")).fetch(reference);
    assertThat(same.results()).containsEntry("fetched", "true");
  }

  @Test
  void looksWithoutRestoring() throws IOException {
    OnePod.Ran saved = save();
    OnePod pod = pod().param("LOOKUP_ONLY", "true");

    OnePod.Ran looked = pod.fetch(reference);
    assertThat(cache).doesNotExist();
    build("f");
    OnePod.Ran upload = pod.param("LOOKUP_ONLY", "").upload(reference);

    assertThat(looked.results())
        .containsEntry("fetched", "false")
        .containsEntry("reason", "hit")
        .containsEntry("digest", saved.results().get("digest"))
        .containsEntry("matched", looked.results().get("key"));
    assertThat(looked.log()).contains("would restore 1 file").contains("nothing was changed");
    assertThat(upload.results()).containsEntry("reason", "exists");
  }

  @Test
  void saysInADryRunWhatItWouldDoAndChangesNothing() throws IOException {
    OnePod pod = pod().param("DRY_RUN", "true");
    OnePod.Ran miss = pod.fetch(reference);
    build("f");
    Set<String> before = files(cache);
    OnePod.Ran upload = pod.upload(reference);

    assertThat(miss.results()).containsEntry("reason", "miss");
    assertThat(upload.results())
        .containsEntry("reason", "read-only")
        .containsEntry("uploaded", "false");
    assertThat(upload.log()).contains("would save 1 file");
    assertThat(files(cache)).isEqualTo(before);
    assertThat(folder.resolve("store")).doesNotExist();
    assertThat(folder.resolve("pod-0/tekton/home/.stepcache")).doesNotExist();

    clean();
    save();
    OnePod.Ran hit = pod().param("DRY_RUN", "true").fetch(reference);
    assertThat(hit.results()).containsEntry("reason", "hit").containsEntry("fetched", "false");
    assertThat(cache).doesNotExist();
  }

  @Test
  void savesNothingInAReadOnlyRun() throws IOException {
    OnePod pod = pod().param("MODE", "read").param("FORCE_CACHE_UPLOAD", "true");
    OnePod.Ran miss = pod.fetch(reference);
    build("f");
    OnePod.Ran upload = pod.upload(reference);

    assertThat(miss.log()).contains("cache-upload will save nothing");
    assertThat(upload.results())
        .containsEntry("reason", "read-only")
        .containsEntry("uploaded", "false");
    assertThat(upload.exitCode()).isZero();
    assertThat(folder.resolve("store")).doesNotExist();
  }

  @Test
  void savesNoCacheThatGrewTooLargeAndNamesTheFolders() throws IOException {
    Path large = Files.createDirectories(cache.resolve("mod/cache/download"));
    Files.write(large.resolve("zip"), new byte[2048]);

    OnePod.Ran upload = pod().param("MAX_CACHE_SIZE", "2k").upload(reference);

    assertThat(upload.results())
        .containsEntry("reason", "too-large")
        .containsEntry("uploaded", "false");
    assertThat(upload.log()).contains("2.0 kB in mod/cache/download").contains("MAX_CACHE_SIZE");
    assertThat(folder.resolve("store")).doesNotExist();
    assertThat(pod().param("MAX_CACHE_SIZE", "2Ki").upload(reference).results())
        .containsEntry("reason", "saved");
  }

  @Test
  void leavesOutWhatIsExcludedAtEveryLevel() throws IOException {
    build("f");
    for (String name : List.of("a.lock", "deep/a.lock", "deep/tmp/x", "mod/vcs/x", "deep/kept")) {
      Path file = cache.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    OnePod pod = pod();
    pod.list("EXCLUDES", "*.lock", "tmp/", "mod/vcs").upload(reference);
    clean();
    pod().fetch(reference);

    assertThat(files(cache).stream().filter(name -> !name.contains("/.stepcache")))
        .containsExactlyInAnyOrder(
            cache.toString(),
            cache.resolve("deep").toString(),
            cache.resolve("deep/kept").toString(),
            cache.resolve("f").toString(),
            cache.resolve("mod").toString());
  }

  @Test
  void saysHowMuchACacheGrew() throws IOException {
    save();
    Files.writeString(workspace.resolve("go.sum"), "more\n");
    OnePod pod = pod().list("FALLBACK_KEYS", "latest");
    pod.fetch(reference);
    Files.write(cache.resolve("g"), new byte[1500]);

    assertThat(pod.without("FALLBACK_KEYS").upload(reference).log())
        .contains("(+1.5 kB since the cache that was fetched)");
  }

  @Test
  void namesThePatternThatMatchesInsideTheCachePath() throws IOException {
    build("f");

    assertThat(pod().patterns("go.sum", "cache/**").fetch(reference).log())
        .contains("WARNING: PATTERNS: 1 file in the cache path match, such as cache/f")
        .contains("Cure");
  }

  @Test
  void makesAnotherKeyForAnotherToolAndEndsWithTwoForAFileThatIsNotThere() throws IOException {
    Files.writeString(workspace.resolve(".tool-versions"), "golang 1.25.5");
    List<String> keys =
        Stream.of(
                pod(),
                pod().param("KEY_PLATFORM", "false"),
                pod().list("KEY_EXTRA", "go1.25"),
                pod().list("KEY_EXTRA", "@.tool-versions"))
            .map(pod -> pod.fetch(reference).results().get("key"))
            .toList();

    assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.length() == 64);
    OnePod.Ran ran = pod().list("KEY_EXTRA", "@absent").fetch(reference);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.log()).contains("ERROR: KEY_EXTRA: '@absent'");
  }
}
