package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.format.LocalIndexReader;
import dev.stepcache.format.MemoryBudget;
import dev.stepcache.layout.LayoutStore;
import dev.stepcache.oci.Digest;
import dev.stepcache.outcome.CacheEvent;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.plan.Comparison;
import dev.stepcache.resources.Resources;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import dev.stepcache.scan.Ctimes;
import dev.stepcache.scan.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an upload knows of a tree that was restored. */
class UploadAfterFetchTest extends OddTree {
  @Test
  void sendsNoLayerTwiceAndSaysThatNothingChanged() throws IOException {
    fill();
    FaultyStore store = new FaultyStore(new LayoutStore(folder.resolve("store")));
    Bench.on(store).upload(tree);
    store.operations.clear();

    UploadOutcome outcome =
        Bench.on(store).upload(tree, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(store.operations).noneMatch(operation -> operation.startsWith("upload"));
    assertThat(store.operations).noneMatch(operation -> operation.startsWith("put"));
  }

  @Test
  void readsNothingWhenNothingWasTouchedSinceTheRestore() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    bench.events.clear();

    UploadOutcome outcome = bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(bench.events).noneMatch(CacheEvent.Progress.class::isInstance);
  }

  private int unverified(Path cache) throws IOException {
    try (LocalIndexReader index =
        LocalIndexReader.open(
                cache.resolve(".stepcache/index"), new MemoryBudget(Resources.ofThisJvm()))
            .orElseThrow()) {
      return Comparison.of(index, TreeScan.of(cache), Ctimes.TRUSTED).orElseThrow().unverified();
    }
  }

  /** They are in nobody's mapping, however short a time ago that was. */
  @Test
  void readsNoneOfTheFilesThatARestoreMadeAfterSeveralSaves() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    assertThat(unverified(restored)).isZero();

    for (int count = 1; count <= 3; count++) {
      Files.writeString(restored.resolve("new" + count), "new");
      bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty());
      assertThat(unverified(restored)).isEqualTo(count);
    }
  }

  @Test
  void readsNothingWhereTheRestoreReplacedWhatWasThere() throws IOException {
    fill();
    bench.upload(tree);
    Files.createDirectories(restored.resolve("mod"));
    Files.setPosixFilePermissions(
        restored.resolve("mod"), PosixFilePermissions.fromString("rwx--x--x"));
    Files.writeString(restored.resolve("mod/x@v1"), "a file where a folder is to be");
    bench.fetch(restored, RestoreMode.SHARED);
    bench.events.clear();

    UploadOutcome outcome = bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.UNCHANGED);
    assertThat(bench.events).noneMatch(CacheEvent.Progress.class::isInstance);
  }

  @Test
  void noticesContentThatChangedUnderTheSameSizeAndTime() throws IOException {
    fill();
    Digest before = bench.upload(tree).saved().orElseThrow().digest();
    bench.fetch(restored, RestoreMode.SHARED);
    FileTime time = Files.getLastModifiedTime(restored.resolve("mod/x@v1/go.mod"));
    Files.writeString(restored.resolve("mod/x@v1/go.mod"), "module y\n");
    Files.setLastModifiedTime(restored.resolve("mod/x@v1/go.mod"), time);

    UploadOutcome outcome = bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty());

    assertThat(outcome.reason()).isEqualTo(Reason.SAVED);
    assertThat(outcome.saved().orElseThrow().digest()).isNotEqualTo(before);
  }

  @Test
  void noticesAFileInAFolderThatWasExchanged() throws IOException {
    write("a/f", "one");
    Files.setLastModifiedTime(tree.resolve("a/f"), FileTime.fromMillis(0));
    bench.upload(tree);
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("f"), "two");
    Files.setLastModifiedTime(other.resolve("f"), FileTime.fromMillis(0));
    bench.fetch(restored, RestoreMode.SHARED);
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.move(restored.resolve("a"), folder.resolve("away"));
    Files.move(other, restored.resolve("a"));

    assertThat(bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty()).reason())
        .isEqualTo(Reason.SAVED);
    bench.fetch(folder.resolve("again"), RestoreMode.SHARED);
    assertThat(folder.resolve("again/a/f")).hasContent("two");
  }

  @Test
  void savesTheModesThatWereSavedWhereTheRestoreWidenedThem() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.SHARED);
    Files.writeString(restored.resolve("more"), "more");

    bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty());

    Path exact = folder.resolve("exact");
    bench.fetch(exact, RestoreMode.PRESERVE);
    SortedMap<String, TreeSnapshot.Entry> after = TreeSnapshot.of(exact);
    assertThat(after.get("mod/x@v1/run").mode()).isEqualTo("751");
    assertThat(after.get("mod/x@v1").mode()).isEqualTo("555");
    assertThat(after).containsKey("more");
  }

  @Test
  @Tag("slow")
  void doesWithoutALocalIndexThatIsDamaged() throws IOException {
    fill();
    bench.upload(tree);
    bench.fetch(restored, RestoreMode.PRESERVE);
    Path index = restored.resolve(".stepcache/index");
    byte[] bytes = Files.readAllBytes(index);
    Random random = new Random(5);
    for (int round = 0; round < 30; round++) {
      byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(index, damaged);
      assertThat(bench.upload(restored, UploadRequest.When.ALWAYS, Optional.empty()).reason())
          .isIn(Reason.UNCHANGED, Reason.SAVED);
    }
  }
}
