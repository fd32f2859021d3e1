package dev.stepcache.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.disk.ContentSource;
import dev.stepcache.tree.EntryName;
import dev.stepcache.tree.Roots;
import java.io.ByteArrayInputStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The room that is kept free while several write, and into several cache paths of one disk. */
@ParameterizedClass
@ValueSource(strings = {"calls", "plain"})
@Tag("root")
class RoomTest extends StagingCase {
  private static final int WRITERS = 4;

  @ParameterizedTest
  @ValueSource(ints = {3, 5_000, 300_000, 5_000_000})
  void isLeftHoweverManyWriteHoweverSmallFiles(int size) throws Exception {
    Optional<RealFileSystem> made =
        RealFileSystem.inMemory(folder.resolve("disk"), "size=60m,nr_inodes=0");
    Assumptions.assumeTrue(made.isPresent(), "not run: mounting needs root");
    try (RealFileSystem disk = made.get()) {
      FileStore store = Files.getFileStore(disk.mount());
      Roots roots =
          new Roots(Map.of("a", disk.mount().resolve("a"), "b", disk.mount().resolve("b")));
      try (CacheFolders.Hold hold = new CacheFolders(roots).holdAlone(Duration.ZERO);
          Stage stage = hold.stage(RestoreMode.SHARED)) {
        List<Callable<Integer>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          String names = (writer % 2 == 0 ? "a/" : "b/") + writer + "/f";
          writers.add(() -> fill(stage, names, size));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
          int files = 0;
          for (Future<Integer> written : threads.invokeAll(writers)) {
            files += written.get();
          }
          assertThat(files).isPositive();
        }
        assertThat(store.getUsableSpace()).isGreaterThanOrEqualTo(store.getTotalSpace() / 100);
      }
    }
  }

  private static int fill(Stage stage, String names, int size) throws Exception {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    for (int number = 0; ; number++) {
      try {
        stage.file(
            new EntryName(names + number),
            ContentSource.of(new ByteArrayInputStream(content)),
            size,
            0644,
            0);
      } catch (FileSystemException e) {
        assertThat(e).hasMessageContaining("stay free for the build");
        return number;
      }
    }
  }
}
