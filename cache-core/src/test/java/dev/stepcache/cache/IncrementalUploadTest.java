package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.format.CacheImage;
import dev.stepcache.format.CacheLayer;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.oci.Tag;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.transfer.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What an upload sends of a tree whose older state is stored already. */
class IncrementalUploadTest extends OddTree {
  private static final UploadRequest.When CHANGED = UploadRequest.When.CHANGED;
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 5);

  private void noise(Path root, String name, int size, long seed) throws IOException {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(TIME));
  }

  private void saveAndRestore() throws IOException {
    for (int at = 0; at < 20; at++) {
      noise(tree, "d" + at + "/f", 200_000, at);
    }
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
  }

  private UploadOutcome upload(Path root) {
    return bench.upload(root, CHANGED, Optional.empty());
  }

  private List<Digest> layers() throws IOException {
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    CacheImage image =
        ImageReader.image(
            store,
            ImageReader.manifestFor(
                    store, store.manifest(new Tag(Bench.KEY.hex())).orElseThrow(), Bench.PLATFORM)
                .orElseThrow());
    return image.content().stream().map(CacheLayer::diffId).toList();
  }

  private void expectRestored(Path root) throws IOException {
    Path again = folder.resolve("again-" + System.nanoTime());
    assertThat(bench.fetch(again, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    SortedMap<String, TreeSnapshot.Entry> expected = TreeSnapshot.of(root);
    SortedMap<String, TreeSnapshot.Entry> actual = TreeSnapshot.of(again);
    expected.replaceAll((name, entry) -> entry.anyMode());
    actual.replaceAll((name, entry) -> entry.anyMode());
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void sendsOnlyWhatIsNewAndKeepsAllLayers() throws IOException {
    saveAndRestore();
    List<Digest> before = layers();
    noise(restored, "d5/new", 50_000, 77);

    UploadOutcome outcome = upload(restored);

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(outcome.saved().orElseThrow().sent()).isBetween(50_000L, 55_000L);
    assertThat(layers()).startsWith(before.toArray(Digest[]::new)).hasSize(before.size() + 1);
    expectRestored(restored);
  }

  @Test
  void sendsNoContentThatCameBackWithNewTimes() throws IOException {
    saveAndRestore();
    List<Digest> before = layers();
    Files.delete(restored.resolve("d3/f"));
    noise(restored, "d3/f", 200_000, 3);
    Files.setLastModifiedTime(
        restored.resolve("d3/f"), FileTime.from(TIME.plus(Duration.ofDays(2))));

    UploadOutcome outcome = bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(outcome.saved().orElseThrow().sent()).isLessThan(5_000);
    assertThat(layers()).isEqualTo(before);
    expectRestored(restored);
  }

  @Test
  void savesNewTimesAloneOnlyWhenTheyAreADayLater() throws IOException {
    saveAndRestore();
    // The restore gave the folders the times of the save.
    Instant newest = Files.getLastModifiedTime(tree.resolve("d19")).toInstant();
    Files.setLastModifiedTime(
        restored.resolve("d3/f"), FileTime.from(newest.plus(Duration.ofHours(23))));
    assertThat(upload(restored).reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.SAVED);

    Files.setLastModifiedTime(
        restored.resolve("d3/f"), FileTime.from(newest.plus(Duration.ofHours(48))));
    assertThat(upload(restored).reason()).isEqualTo(Reason.SAVED);
    expectRestored(restored);
  }

  @Test
  void buildsOnWhatItSavedItself() throws IOException {
    for (int at = 0; at < 20; at++) {
      noise(tree, "d" + at + "/f", 200_000, at);
    }
    upload(tree);
    assertThat(upload(tree).reason()).isEqualTo(Reason.UNCHANGED);
    noise(tree, "d5/new", 50_000, 77);
    assertThat(upload(tree).saved().orElseThrow().sent()).isBetween(50_000L, 55_000L);
    noise(tree, "d6/new", 60_000, 78);
    Files.delete(tree.resolve("d5/new"));

    UploadOutcome third = upload(tree);

    assertThat(third.saved().orElseThrow().sent()).isBetween(60_000L, 65_000L);
    expectRestored(tree);
    assertThat(upload(tree).reason()).isEqualTo(Reason.UNCHANGED);
  }

  @Test
  void packsAnewWhatLayInALayerThatTheStoreLost() throws IOException {
    saveAndRestore();
    LayoutStore store = new LayoutStore(folder.resolve("store"));
    CacheImage image =
        ImageReader.image(
            store,
            ImageReader.manifestFor(
                    store, store.manifest(new Tag(Bench.KEY.hex())).orElseThrow(), Bench.PLATFORM)
                .orElseThrow());
    Digest lost = image.content().getFirst().blob().digest();
    Files.delete(folder.resolve("store/blobs/sha256").resolve(lost.hex()));
    noise(restored, "d5/new", 50_000, 77);

    UploadOutcome outcome = upload(restored);

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(layers()).contains(image.content().get(1).diffId());
    assertThat(outcome.saved().orElseThrow().sent())
        .isLessThan(image.content().getFirst().blob().size() + 60_000);
    expectRestored(restored);
  }

  @Test
  void packsContentAnewThatComesBackOverALaterDeadEntry() throws IOException {
    saveAndRestore();
    noise(restored, "d5/f", 200_000, 99);
    upload(restored);
    noise(restored, "d5/f", 200_000, 5);

    assertThat(upload(restored).saved().orElseThrow().sent()).isGreaterThan(200_000);
    expectRestored(restored);
  }

  @Test
  void doesWithoutTheImageThatTheLocalIndexNames() throws IOException {
    saveAndRestore();
    noise(restored, "d5/new", 50_000, 77);
    Bench other = Bench.layout(folder.resolve("other"));

    UploadOutcome outcome = other.upload(restored, CHANGED, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(outcome.saved().orElseThrow().sent()).isGreaterThan(4_000_000);
  }

  @Test
  void followsFilesFoldersAndLinksThatTakeEachOthersNames() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    Files.delete(restored.resolve("again"));
    Files.delete(restored.resolve("mod/.wh.odd/.wh.file"));
    Files.delete(restored.resolve("mod/.wh.odd"));
    Files.createDirectory(restored.resolve("again"));
    noise(restored, "again/inside", 100, 1);
    Files.delete(restored.resolve("dangling"));
    noise(restored, "dangling", 100, 2);
    Files.delete(restored.resolve("empty/deep"));
    Files.delete(restored.resolve("empty"));
    noise(restored, "empty", 100, 3);

    assertThat(upload(restored).reason()).isEqualTo(Reason.SAVED);
    expectRestored(restored);

    Files.delete(restored.resolve("again/inside"));
    Files.delete(restored.resolve("again"));
    Files.createLink(restored.resolve("again"), restored.resolve("mod/x@v1/go.mod"));
    assertThat(upload(restored).reason()).isEqualTo(Reason.SAVED);
    expectRestored(restored);
  }
}
