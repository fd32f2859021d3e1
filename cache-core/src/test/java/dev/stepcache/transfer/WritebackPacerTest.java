package dev.stepcache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepcache.resources.Resources;
import dev.stepcache.restore.CacheFolders;
import dev.stepcache.restore.RestoreMode;
import dev.stepcache.restore.Stage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritebackPacerTest {
  private static final long HEAP = 32 << 20;

  /** The memory of a container with that heap. */
  private static final long CONTAINER = 4 * HEAP;

  /** What a step's JVM says of its heap where nothing limits its container. */
  private static final long LARGEST_HEAP = 518_979_584;

  private static final int STEPS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Semaphore flushed = new Semaphore(0);

  @TempDir Path folder;

  @Test
  void writesATreeThatTheMemoryCouldNotHoldWhileMoreOfItComes() throws InterruptedException {
    try (WritebackPacer flushing =
        WritebackPacer.of(flushed::release, CONTAINER + 1, Resources.of(HEAP, 2))) {
      flushing.unpacked(WritebackPacer.STEP - 1);
      assertThat(flushed.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
      flushing.unpacked(1);
      assertThat(flushed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      flushing.unpacked(WritebackPacer.STEP);
      assertThat(flushed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void letsWhoeverUnpacksWaitForADiskThatIsSlower() throws InterruptedException {
    Semaphore disk = new Semaphore(0);
    Semaphore told = new Semaphore(0);
    try (WritebackPacer pacer = pacer(() -> flush(disk))) {
      Thread unpacking = unpacking(pacer, told);
      assertThat(told.tryAcquire(WritebackPacer.MOST_STEPS, 10, TimeUnit.SECONDS)).isTrue();
      assertThat(told.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
      // Each time it may have begun before the last step.
      disk.release(STEPS);
      assertThat(unpacking.join(PATIENCE)).isTrue();
      assertThat(told.availablePermits()).isEqualTo(STEPS - WritebackPacer.MOST_STEPS);
    }
  }

  @Test
  void letsNobodyWaitWhoIsToStop() throws InterruptedException {
    Semaphore told = new Semaphore(0);
    try (WritebackPacer pacer = pacer(() -> flush(new Semaphore(0)))) {
      Thread unpacking = unpacking(pacer, told);
      unpacking.interrupt();
      assertThat(unpacking.join(PATIENCE)).isTrue();
      assertThat(told.availablePermits()).isEqualTo(STEPS);
    }
  }

  @Test
  void letsNobodyWaitForADiskThatFailsOrIsNotAskedAnyMore() throws InterruptedException {
    Semaphore disk = new Semaphore(0);
    Semaphore told = new Semaphore(0);
    Thread unpacking;
    try (WritebackPacer pacer = pacer(() -> flush(disk))) {
      unpacking = unpacking(pacer, told);
      assertThat(unpacking.join(Duration.ofMillis(50))).isFalse();
    }
    assertThat(unpacking.join(PATIENCE)).isTrue();
    try (WritebackPacer pacer =
        pacer(() -> {
          throw new IOException("no such thing");
        })) {
      assertThat(unpacking(pacer, told).join(PATIENCE)).isTrue();
    }
    assertThat(told.availablePermits()).isEqualTo(2 * STEPS);
  }

  private static WritebackPacer pacer(WritebackPacer.Flush flush) {
    return WritebackPacer.of(flush, 10 * HEAP, Resources.of(HEAP, 2));
  }

  private static void flush(Semaphore disk) throws IOException {
    try {
      disk.acquire();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  private static Thread unpacking(WritebackPacer pacer, Semaphore told) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          for (int step = 0; step < STEPS; step++) {
            pacer.unpacked(WritebackPacer.STEP);
            told.release();
          }
        });
  }

  @Test
  void leavesItToTheSystemWhereThereIsRoom() throws InterruptedException {
    try (WritebackPacer small =
            WritebackPacer.of(flushed::release, CONTAINER, Resources.of(HEAP, 2));
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
