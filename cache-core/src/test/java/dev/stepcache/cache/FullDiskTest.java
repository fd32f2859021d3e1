package dev.stepcache.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.outcome.FetchOutcome;
import dev.stepcache.outcome.Reason;
import dev.stepcache.outcome.UploadOutcome;
import dev.stepcache.restore.RealFileSystem;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cache paths that are file systems of their own, and have no room: each restore is all or nothing,
 * leaves nothing behind, and comes through once there is room again. Not run without root.
 */
@Tag("root")
class FullDiskTest extends OddTree {
  private static RealFileSystem mounted(Optional<RealFileSystem> fileSystem) {
    Assumptions.assumeTrue(fileSystem.isPresent(), "not run: mounting needs root");
    return fileSystem.orElseThrow();
  }

  private void saveFiles(int count, int bytes) throws IOException {
    Random random = new Random(7);
    for (int number = 0; number < count; number++) {
      byte[] content = new byte[bytes];
      random.nextBytes(content);
      Files.createDirectories(tree.resolve("d" + number % 5));
      Files.write(tree.resolve("d" + number % 5 + "/f" + number), content);
    }
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
  }

  private static Path fill(Path folder, long bytes) throws IOException {
    return Files.write(folder.resolve("in the way"), new byte[(int) bytes]);
  }

  private static List<String> ours(Path cache) throws IOException {
    Path ours = cache.resolve(".stepcache");
    if (!Files.exists(ours)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(ours)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** A restore that has no room, then one that has. */
  private void failsThenSucceeds(Path cache, String why, Freeing freeing) throws IOException {
    SortedMap<String, TreeSnapshot.Entry> before = TreeSnapshot.of(cache);

    FetchOutcome failed = bench.fetch(cache, RestoreMode.SHARED);

    assertThat(failed.reason()).isEqualTo(Reason.DISK);
    assertThat(failed.message()).contains(why);
    assertThat(failed.broken()).isEmpty();
    assertThat(TreeSnapshot.of(cache)).isEqualTo(before);
    assertThat(ours(cache)).isSubsetOf("lock", "watermark");

    freeing.run();
    assertThat(bench.fetch(cache, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
    assertThat(TreeSnapshot.of(cache).keySet()).containsAll(TreeSnapshot.of(tree).keySet());
  }

  private interface Freeing {
    void run() throws IOException;
  }

  @Test
  void aFullTmpfsIsNoRestore() throws IOException {
    saveFiles(40, 200_000);
    try (RealFileSystem disk =
        mounted(RealFileSystem.inMemory(folder.resolve("disk"), "size=10m"))) {
      Path inTheWay = fill(disk.mount(), 5 << 20);
      failsThenSucceeds(disk.mount(), "No space left", () -> Files.delete(inTheWay));
    }
  }

  @Test
  void aFullExt4IsNoRestore() throws IOException {
    saveFiles(40, 200_000);
    try (RealFileSystem disk = mounted(RealFileSystem.ext4(folder.resolve("disk"), 16, 400))) {
      Path inTheWay = fill(disk.mount(), 9 << 20);
      Path cache = Files.createDirectory(disk.mount().resolve("cache"));
      Files.writeString(cache.resolve("own"), "own");
      failsThenSucceeds(cache, "No space left", () -> Files.delete(inTheWay));
    }
  }

  @Test
  void aFileSystemWithoutInodesIsNoRestore() throws IOException {
    saveFiles(200, 10);
    try (RealFileSystem disk = mounted(RealFileSystem.ext4(folder.resolve("disk"), 16, 300))) {
      List<Path> inTheWay = new ArrayList<>();
      for (int number = 0; number < 150; number++) {
        inTheWay.add(Files.createFile(disk.mount().resolve("x" + number)));
      }
      failsThenSucceeds(
          disk.mount(),
          "No space left",
          () -> {
            for (Path path : inTheWay) {
              Files.delete(path);
            }
          });
    }
  }

  @Test
  void aReadOnlyFileSystemIsNoRestore() throws IOException {
    saveFiles(5, 10);
    try (RealFileSystem disk =
        mounted(RealFileSystem.inMemory(folder.resolve("disk"), "size=1m"))) {
      Files.writeString(disk.mount().resolve("own"), "own");
      disk.remount("ro");
      failsThenSucceeds(disk.mount(), "Read-only", () -> disk.remount("rw"));
    }
  }

  @Test
  void leavesSomeRoomToTheBuild() throws IOException {
    saveFiles(8, 5 << 20);
    try (RealFileSystem disk =
        mounted(RealFileSystem.inMemory(folder.resolve("disk"), "size=200m"))) {
      Path inTheWay = fill(disk.mount(), 167 << 20);
      failsThenSucceeds(disk.mount(), "stay free for the build", () -> Files.delete(inTheWay));
    }
  }

  /** Where all fits, the room is left after all that belongs to a restore. */
  @Test
  void leavesSomeRoomAfterManySmallFilesToo() throws IOException {
    Random random = new Random(7);
    for (int number = 0; number < 12_000; number++) {
      Path parent = Files.createDirectories(tree.resolve("d" + number / 100));
      byte[] content = new byte[8];
      random.nextBytes(content);
      Files.write(parent.resolve("f" + "-".repeat(60) + number), content);
    }
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    for (int mebibytes = 44; mebibytes < 56; mebibytes++) {
      try (RealFileSystem disk =
          mounted(
              RealFileSystem.inMemory(
                  folder.resolve("disk" + mebibytes), "nr_inodes=0,size=" + mebibytes + "m"))) {
        FileStore store = Files.getFileStore(disk.mount());

        FetchOutcome outcome = bench.fetch(disk.mount(), RestoreMode.SHARED);

        assertThat(outcome.reason()).isIn(Reason.DISK, Reason.HIT);
        assertThat(store.getUsableSpace()).isGreaterThanOrEqualTo(store.getTotalSpace() / 100);
        if (outcome.reason() == Reason.HIT) {
          assertThat(ours(disk.mount())).contains("index");
        }
      }
    }
  }

  /** Larger than the disk; -Dsparse gives another size, in bytes. */
  @Test
  void holesNeedNoRoom() throws IOException {
    long large = Long.getLong("sparse", (256L << 20) + 4097);
    try (RandomAccessFile sparse = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      sparse.seek(large / 2);
      sparse.writeBytes("in the middle");
      sparse.setLength(large);
    }
    assertThat(bench.upload(tree).reason()).isEqualTo(Reason.SAVED);
    try (RealFileSystem disk =
        mounted(RealFileSystem.inMemory(folder.resolve("disk"), "size=20m"))) {
      assertThat(bench.fetch(disk.mount(), RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);

      Path sparse = disk.mount().resolve("sparse");
      assertThat(sparse).hasSize(large);
      try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "r")) {
        byte[] written = new byte["in the middle".length()];
        file.seek(large / 2);
        file.readFully(written);
        assertThat(new String(written, UTF_8)).isEqualTo("in the middle");
      }
    }
  }

  @Test
  void anUploadThatHasNoRoomSavesNothing() throws IOException {
    try (RealFileSystem disk =
        mounted(RealFileSystem.inMemory(folder.resolve("disk"), "size=4m"))) {
      byte[] content = new byte[3 << 20];
      new Random(3).nextBytes(content);
      Files.write(disk.mount().resolve("f"), content);

      UploadOutcome outcome = bench.upload(disk.mount());

      assertThat(outcome.reason()).isIn(Reason.DISK, Reason.SAVED);
      if (outcome.reason() == Reason.DISK) {
        assertThat(ours(disk.mount())).isSubsetOf("lock");
      } else {
        // What waits to be sent waits in memory, if that suffices, and then nothing is missing.
        assertThat(ours(disk.mount())).isSubsetOf("lock", "index", "base", "uses");
        assertThat(bench.fetch(restored, RestoreMode.SHARED).reason()).isEqualTo(Reason.HIT);
      }
    }
  }
}
