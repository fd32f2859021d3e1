package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.tree.GoBuildCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our user's Go pipeline: the cache path lies in the checkout, and no two steps are one user. */
@BuiltImages
@DockerEngine
@Programs("docker-registry")
class UsersPipelineIT {
  private static final Confinement FETCH = Confinement.RESTRICTED.as(1_000_660_000);
  private static final Confinement UPLOAD = Confinement.RESTRICTED.as(1_000_660_001);
  private static final Confinement LATER_FETCH = Confinement.RESTRICTED.as(1_000_730_000);

  private static final FileTime UNUSED = FileTime.fromMillis(0);

  @TempDir private Path folder;

  private static String reference(RealRegistry registry) {
    return "oci://" + registry.host() + "/ci/cache-go:{{hash}}";
  }

  @ParameterizedTest
  @EnumSource
  void restoresByteForByteAndTimeForTime(RestoreMode mode) throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod first = new StepPod(folder.resolve("first"), reference(registry));
      StepRun miss = first.fetch(FETCH);
      assertThat(miss.exitCode()).isZero();
      assertThat(miss.results())
          .containsEntry("fetched", "false")
          .containsEntry("reason", "miss")
          .containsEntry("matched", "");
      assertThat(first.tree()).isEmpty();

      GoBuild.fill(first.cachePath());
      SortedMap<String, TreeSnapshot.Entry> built = first.tree();
      StepRun saved = first.upload(UPLOAD);
      System.out.println(miss.log() + saved.log());
      assertThat(saved.results())
          .as(saved.log())
          .containsEntry("uploaded", "true")
          .containsEntry("reason", "saved");
      assertThat(saved.results().get("ref")).contains(miss.results().get("key"));

      StepPod second = new StepPod(folder.resolve("second"), reference(registry));
      StepRun hit =
          StepPod.run(
              second
                  .fetchStep(LATER_FETCH)
                  .param("RESTORE_MODE", mode.name().toLowerCase(Locale.ROOT)));
      System.out.println(hit.log());
      assertThat(hit.results())
          .as(hit.log())
          .containsEntry("fetched", "true")
          .containsEntry("reason", "hit")
          .containsEntry("key", miss.results().get("key"))
          .containsEntry("digest", saved.results().get("digest"));
      assertThat(dated(second.tree(), mode)).isEqualTo(restored(built, mode));

      StepRun nothingToDo = second.upload(UPLOAD);
      System.out.println(nothingToDo.log());
      assertThat(nothingToDo.results())
          .containsEntry("uploaded", "false")
          .containsEntry("reason", "fetched");
      assertThat(nothingToDo.log()).contains("fetched");
    }
  }

  @Test
  void hitsThoughTheBuildRewritesGoSum() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod first = new StepPod(folder.resolve("first"), reference(registry));
      StepRun miss = first.fetch(FETCH);
      GoBuild.fill(first.cachePath(), 10, 1000);
      Files.writeString(
          first.workspace().resolve("go.sum"),
          "example.com/b v1.0.0 h1:BBBB=\n",
          StandardOpenOption.APPEND);

      StepRun saved = first.upload(UPLOAD);
      System.out.println(saved.log());
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
      assertThat(saved.results().get("ref")).contains(miss.results().get("key"));
      assertThat(saved.log()).contains("the build changed what the key is made of", "go.sum");

      StepRun hit = new StepPod(folder.resolve("second"), reference(registry)).fetch(LATER_FETCH);
      assertThat(hit.results()).as(hit.log()).containsEntry("fetched", "true");
    }
  }

  @Test
  void saysOnAMissWhichFileDiffersFromTheNewestCache() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod first = new StepPod(folder.resolve("first"), reference(registry));
      first.fetch(FETCH);
      GoBuild.fill(first.cachePath(), 10, 1000);
      first.upload(UPLOAD);

      StepPod second = new StepPod(folder.resolve("second"), reference(registry));
      Files.writeString(second.workspace().resolve("tools/go.mod"), "module example.com/renamed\n");
      StepRun miss = second.fetch(LATER_FETCH);
      System.out.println(miss.log());
      assertThat(miss.results()).containsEntry("reason", "miss");
      assertThat(miss.log())
          .contains("since the newest cache here was saved:", "tools/go.mod changed");
    }
  }

  @Test
  void healsACacheThatLostABlob() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      StepPod first = new StepPod(folder.resolve("first"), reference(registry));
      first.fetch(FETCH);
      GoBuild.fill(first.cachePath(), 10, 100_000);
      first.upload(UPLOAD);
      loseTheLargestBlob(registry);

      StepPod second = new StepPod(folder.resolve("second"), reference(registry));
      StepRun broken = second.fetch(FETCH);
      System.out.println(broken.log());
      assertThat(broken.exitCode()).isZero();
      assertThat(broken.results())
          .as(broken.log())
          .containsEntry("fetched", "false")
          .containsEntry("reason", "corrupt");
      assertThat(second.tree()).isEmpty();
      GoBuild.fill(second.cachePath(), 10, 100_000);
      StepRun saved = second.upload(UPLOAD);
      System.out.println(saved.log());
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");

      StepRun hit = new StepPod(folder.resolve("third"), reference(registry)).fetch(LATER_FETCH);
      assertThat(hit.results()).as(hit.log()).containsEntry("fetched", "true");
    }
  }

  /** What should come back: all of it, with the modes that the restore mode says. */
  private static SortedMap<String, TreeSnapshot.Entry> restored(
      SortedMap<String, TreeSnapshot.Entry> built, RestoreMode mode) {
    SortedMap<String, TreeSnapshot.Entry> restored = new TreeMap<>();
    built.forEach((name, entry) -> {
      int owner = Integer.parseInt(entry.mode(), 8) & 0700 | 0600;
      String open =
          entry.kind().equals("file")
              ? Integer.toOctalString(owner | owner >> 3 | owner >> 6)
              : "777";
      restored.put(
          name,
          new TreeSnapshot.Entry(
              entry.kind(),
              entry.content(),
              mode == RestoreMode.SHARED ? open : entry.mode(),
              isDatedAnew(name, mode) ? UNUSED : entry.mtime(),
              entry.group()));
    });
    return restored;
  }

  private static boolean isDatedAnew(String name, RestoreMode mode) {
    return mode == RestoreMode.SHARED && GoBuildCache.isEntry(name);
  }

  /** A tree in which one time stands for that of entries which Go takes for unused, yet keeps. */
  private static SortedMap<String, TreeSnapshot.Entry> dated(
      SortedMap<String, TreeSnapshot.Entry> tree, RestoreMode mode) {
    SortedMap<String, TreeSnapshot.Entry> dated = new TreeMap<>(tree);
    dated.replaceAll((name, entry) -> {
      Duration age = Duration.between(entry.mtime().toInstant(), Instant.now());
      return isDatedAnew(name, mode) && age.toHours() == 2
          ? new TreeSnapshot.Entry(
              entry.kind(), entry.content(), entry.mode(), UNUSED, entry.group())
          : entry;
    });
    return dated;
  }

  private static void loseTheLargestBlob(RealRegistry registry) throws IOException {
    Path largest;
    try (Stream<Path> files = Files.walk(registry.storage())) {
      largest =
          files
              .filter(file -> file.endsWith("data"))
              .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
              .orElseThrow();
    }
    String hex = largest.getParent().getFileName().toString();
    Files.delete(largest);
    try (Stream<Path> files = Files.walk(registry.storage())) {
      for (Path link : files.filter(file -> file.endsWith(hex + "/link")).toList()) {
        Files.delete(link);
      }
    }
  }
}
