package dev.stepcache.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
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
    Assumptions.assumeTrue(Workers.count() > 1, "not run: one core has one worker");
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

    assertThatThrownBy(() -> Workers.run(List.of(slow, failing))).hasMessage("broken");
    assertThat(stopped).isTrue();
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

  @Test
  void asksForManyFourAtATime() throws IOException {
    CountDownLatch together = new CountDownLatch(4);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    Workers.askEach(
        20,
        number -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          together.countDown();
          waitDeafly(together);
          now.decrementAndGet();
        });

    assertThat(most).hasValue(4);
  }

  @Test
  void makesNoConnectionsForTwo() throws IOException {
    Set<Thread> askers = ConcurrentHashMap.newKeySet();

    Workers.askEach(2, number -> askers.add(Thread.currentThread()));

    assertThat(askers).hasSize(1);
  }

  @Test
  void leavesBehindWhoHearsNoInterruptWhereThatIsAllowed() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Workers.Running running = new Workers.Running(1);
    running.begin(() -> {
      begun.countDown();
      waitDeafly(end);
    });
    waitDeafly(begun);

    running.abandon();

    assertThat(end.getCount()).isEqualTo(1);
    end.countDown();
    running.close();
  }
}
