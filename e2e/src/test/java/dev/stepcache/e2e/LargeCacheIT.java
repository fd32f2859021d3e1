package dev.stepcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.registry.RealRegistry;
import dev.stepcache.restore.TreeSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cache that is many times the step's memory: {@code -Dlarge} GiB of files, a quarter of which
 * are bytes that cannot be compressed, and the rest holes and text.
 */
@BuiltImages
@DockerEngine
@Programs("docker-registry")
class LargeCacheIT {
  private static final int GIBIBYTES = Integer.getInteger("large", 1);
  private static final int MEBIBYTE = 1 << 20;

  @TempDir private Path folder;

  private final Random random = new Random(7);

  @Test
  void passesUnderTheSmallestLimit() throws IOException {
    try (RealRegistry registry = RealRegistry.open(folder)) {
      String reference = "oci://" + registry.host() + "/ci/large:{{hash}}";
      StepPod first = new StepPod(folder.resolve("first"), reference);
      fill(Files.createDirectories(first.cachePath()));

      StepRun saved = first.upload(Confinement.RESTRICTED);
      assertThat(saved.results()).as(saved.log()).containsEntry("uploaded", "true");
      StepPod second = new StepPod(folder.resolve("second"), reference);
      StepRun hit = second.fetch(Confinement.RESTRICTED);
      assertThat(hit.results()).as(hit.log()).containsEntry("fetched", "true");

      System.out.println(saved.log() + hit.log());
      assertThat(second.tree().values())
          .extracting(TreeSnapshot.Entry::content)
          .containsExactlyElementsOf(
              first.tree().values().stream().map(TreeSnapshot.Entry::content).toList());
    }
  }

  private void fill(Path cachePath) throws IOException {
    for (int number = 0; number < GIBIBYTES; number++) {
      write(cachePath.resolve("random-" + number), 192);
      for (int i = 0; i < 64; i++) {
        write(cachePath.resolve("part-" + number + "-" + i), 1);
      }
      Path sparse = cachePath.resolve("sparse-" + number);
      try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
        file.setLength(704L * MEBIBYTE);
        file.seek(300L * MEBIBYTE);
        file.writeBytes("in the middle of nothing");
      }
      Files.writeString(cachePath.resolve("text-" + number), "as before\n".repeat(6 * MEBIBYTE));
    }
  }

  private void write(Path file, int mebibytes) throws IOException {
    byte[] block = new byte[MEBIBYTE];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(block);
        out.write(block);
      }
    }
  }
}
