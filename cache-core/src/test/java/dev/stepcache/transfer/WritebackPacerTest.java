package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritebackPacerTest {
  private static final long HEAP = 32 << 20;

  /** What a step's JVM says of its heap where nothing limits its container. */
  private static final long LARGEST_HEAP = 518_979_584;

  private final Semaphore flushed = new Semaphore(0);

  @TempDir Path folder;

  @Test
  void writesATreeThatTheMemoryCouldNotHoldWhileMoreOfItComes() throws InterruptedException {
    try (WritebackPacer flushing =
        WritebackPacer.of(flushed::release, 10 * HEAP, Resources.of(HEAP, 2))) {
      flushing.unpacked(WritebackPacer.STEP - 1);
      assertThat(flushed.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
      flushing.unpacked(1);
      assertThat(flushed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      flushing.unpacked(WritebackPacer.STEP);
      assertThat(flushed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void leavesItToTheSystemWhereThereIsRoom() throws InterruptedException {
    try (WritebackPacer small = WritebackPacer.of(flushed::release, HEAP, Resources.of(HEAP, 2));
        WritebackPacer unlimited =
            WritebackPacer.of(flushed::release, 1L << 40, Resources.of(LARGEST_HEAP, 2))) {
      small.unpacked(WritebackPacer.STEP);
      unlimited.unpacked(WritebackPacer.STEP);
      assertThat(flushed.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  @Test
  void endsAtItsFirstFailureWithoutAWord() throws InterruptedException {
    try (WritebackPacer flushing =
        WritebackPacer.of(
            () -> {
              flushed.release();
              throw new IOException("no such thing");
            },
            10 * HEAP,
            Resources.of(HEAP, 2))) {
      flushing.unpacked(WritebackPacer.STEP);
      assertThat(flushed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      flushing.unpacked(WritebackPacer.STEP);
      assertThat(flushed.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  @Test
  void isWhatAFileSystemUnderstands() throws IOException {
    try (CacheFolders.Hold hold = CacheFolders.of(folder).holdAlone(Duration.ofSeconds(1));
        Stage staging = hold.stage(RestoreMode.SHARED)) {
      staging.flush();
    }
  }
}
