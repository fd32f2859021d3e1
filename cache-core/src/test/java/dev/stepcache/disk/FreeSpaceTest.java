package dev.stepcache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepcache.text.Amounts;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreeSpaceTest {
  private static final int BLOCK = 4096;
  private static final long RESERVE = 1 << 20;

  private final AtomicLong free = new AtomicLong(64 << 20);
  private final AtomicInteger questions = new AtomicInteger();
  private final FreeSpace space =
      new FreeSpace(
          Path.of("there"),
          () -> {
            questions.incrementAndGet();
            return free.get();
          },
          RESERVE,
          BLOCK);

  private void write(int bytes) throws IOException {
    space.write(bytes, () -> free.addAndGet(-Math.ceilDiv(bytes, BLOCK) * (long) BLOCK));
  }

  /** As a slow disk has it: what is written counts only at the end. */
  private long fill(int bytes) throws IOException {
    long written = 0;
    try {
      while (true) {
        space.write(
            bytes,
            () -> {
              Thread.yield();
              free.addAndGet(-Math.ceilDiv(bytes, BLOCK) * (long) BLOCK);
              Thread.yield();
            });
        written += bytes;
      }
    } catch (FileSystemException e) {
      return written;
    }
  }

  @Test
  void leavesTheReserveHoweverManyWrite() throws Exception {
    int count = 8;
    CyclicBarrier atOnce = new CyclicBarrier(count);
    List<Callable<Long>> writers = new ArrayList<>();
    for (int writer = 0; writer < count; writer++) {
      int bytes = 1 + writer * 37_000;
      writers.add(() -> {
        // Before the others can have filled it.
        write(bytes);
        atOnce.await();
        return bytes + fill(bytes);
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(writers.size())) {
      for (Future<Long> written : threads.invokeAll(writers)) {
        assertThat(written.get()).isPositive();
      }
    }

    assertThat(free.get()).isBetween(RESERVE, RESERVE + (4 << 20));
  }

  @Test
  void refusesBeforeItIsWritten() {
    free.set(RESERVE + BLOCK);

    assertThatThrownBy(() -> write(BLOCK + 1))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("there: No space left")
        .hasMessageContaining(Amounts.bytes(free.get()) + " are free there, of which")
        .hasMessageContaining(Amounts.bytes(RESERVE) + " stay free for the build");
    assertThat(free.get()).isEqualTo(RESERVE + BLOCK);
  }

  @Test
  void givesAllButTheReserve() throws IOException {
    free.set(RESERVE + 3 * BLOCK);

    write(2 * BLOCK);
    write(1);

    assertThat(free.get()).isEqualTo(RESERVE);
  }

  /** The journal and the local index come when all is made. */
  @Test
  void keepsRoomForWhatIsWrittenOfEachEntryLater() throws IOException {
    free.set(RESERVE + 3L * BLOCK);
    space.entry(0);

    assertThatThrownBy(() -> write(3 * BLOCK)).isInstanceOf(FileSystemException.class);
    free.addAndGet(FreeSpace.LATER);
    write(3 * BLOCK);
  }

  @Test
  void keepsTheRoomOfAFileThatIsBegunUntilItIsWritten() throws IOException {
    free.set(RESERVE + 5 * BLOCK);
    space.file(2 * BLOCK);
    assertThatThrownBy(() -> space.file(3 * BLOCK)).isInstanceOf(FileSystemException.class);

    space.written(2 * BLOCK);
    space.file(3 * BLOCK);
  }

  @Test
  void seesWhatOthersWriteAndRemove() throws IOException {
    write(BLOCK);
    free.set(RESERVE);
    assertThatThrownBy(() -> fillBy(FreeSpace.STEP)).isInstanceOf(FileSystemException.class);

    free.set(64 << 20);
    write(1 << 20);
  }

  private void fillBy(long bytes) throws IOException {
    for (long at = 0; at <= bytes; at += BLOCK) {
      write(BLOCK);
    }
  }

  @Test
  void countsABlockForEachSmallFileAndAsksSeldom() throws IOException {
    free.set(8L << 30);
    for (int number = 0; number < 100_000; number++) {
      space.entry(0);
      write(10);
    }

    assertThat(questions.get()).isBetween(20, 60);
  }

  @Test
  void givesBackWhatCouldNotBeWritten() throws IOException {
    free.set(RESERVE + BLOCK);
    for (int time = 0; time < 3; time++) {
      assertThatThrownBy(() ->
              space.write(
                  BLOCK,
                  () -> {
                    throw new IOException("a fault");
                  }))
          .hasMessage("a fault");
    }

    write(BLOCK);
  }
}
