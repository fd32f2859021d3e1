package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTest {
  private static void waitDeafly(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        latch.await();
        open = true;
      } catch (InterruptedException e) {
        // As a read of a socket.
      }
    }
  }

  @Test
  void waitsForTheOthersAfterAFailure() {
    AtomicBoolean stopped = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Workers.Task slow =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            stopped.set(true);
          }
        };
    Workers.Task failing =
        () -> {
          waitDeafly(begun);
          throw new IOException("broken");
        };

    if (Workers.count() > 1) {
      assertThatThrownBy(() -> Workers.run(List.of(slow, failing))).hasMessage("broken");
      assertThat(stopped).isTrue();
    }
  }

  @Test
  void leavesStragglersBehindWhenItIsInterrupted() {
    CountDownLatch end = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    Workers.Task deaf =
        () -> {
          caller.interrupt();
          waitDeafly(end);
        };

    assertThatThrownBy(() -> Workers.run(List.of(deaf))).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    end.countDown();
  }
}
