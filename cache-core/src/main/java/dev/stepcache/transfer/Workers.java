package dev.stepcache.transfer;

import dev.stepcache.archive.IdleCores;
import dev.stepcache.io.Interrupts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one place where things run side by side: packing and unpacking, on as many platform threads
 * as there are cores (zstd and file calls would pin a virtual thread's carrier).
 */
public final class Workers {
  /** Seconds that whoever is to be stopped waits for others who hear no interrupt. */
  private static final long PATIENCE = 2;

  /** More at a time would be more than a dead registry may cost (docs/promises.md, 7). */
  private static final int MOST_ASKING = 4;

  /** A new connection takes up to three round trips before its first request. */
  private static final int WORTH_CONNECTING = 3;

  private Workers() {}

  /** Something to do that may fail. */
  interface Task {
    void run() throws IOException;
  }

  /** The same for one of many. */
  public interface NumberedTask {
    void run(int number) throws IOException;
  }

  /** Runs a task for each number below {@code count}, with up to so many threads. */
  public static void runEach(int count, int threads, NumberedTask task) throws IOException {
    AtomicInteger next = new AtomicInteger();
    List<Task> tasks = new ArrayList<>();
    for (int worker = Math.min(threads, count); worker > 0; worker--) {
      tasks.add(() -> {
        for (int at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
          if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted");
          }
          task.run(at);
        }
      });
    }
    run(tasks, threads);
  }

  /**
   * Runs all tasks and returns when no one runs any more. The first failure interrupts the others
   * and is thrown.
   *
   * @param threads how many run at a time at most
   */
  static void run(List<Task> tasks, int threads) throws IOException {
    try (Running running = new Running(Math.min(threads, tasks.size()))) {
      tasks.forEach(running::begin);
      running.await();
    }
  }

  /**
   * Asks for each number below {@code count}, where asking is nothing but waiting for the store. A
   * connection more is worth it for a few requests only.
   */
  public static void askEach(int count, NumberedTask task) throws IOException {
    runEach(count, Math.min(MOST_ASKING, 1 + count / WORTH_CONNECTING), task);
  }

  /** Begins a task if a permit is left that nobody waits for; it goes back with the task's end. */
  static Optional<IdleCores.Begun> beginWith(Semaphore permits, Runnable task) {
    if (permits.hasQueuedThreads() || !permits.tryAcquire()) {
      return Optional.empty();
    }
    FutureTask<Void> begun =
        new FutureTask<>(
            () -> {
              try {
                task.run();
              } finally {
                permits.release();
              }
            },
            null);
    Thread.ofPlatform().name("stepcache-beside").daemon().start(begun);
    return Optional.of(() -> await(begun));
  }

  /** Begins what nobody depends on, and what ends with the process. */
  static Thread aside(Runnable task) {
    return Thread.ofPlatform().name("stepcache-aside").daemon().start(task);
  }

  private static void await(FutureTask<Void> begun) {
    boolean interrupted = false;
    while (!begun.isDone()) {
      try {
        begun.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // It is done, and what it threw is thrown below.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (begun.state() == Future.State.FAILED) {
      throw new IllegalStateException(begun.exceptionNow());
    }
  }

  /** Tasks that run while whoever began them does something else. Its owner is one thread. */
  static final class Running implements AutoCloseable {
    private final ExecutorService executor;
    private final CompletionService<Void> completion;
    private int begun;

    Running(int threads) {
      executor =
          Executors.newFixedThreadPool(
              Math.max(1, threads),
              Thread.ofPlatform().name("stepcache-worker-", 0).daemon().factory());
      completion = new ExecutorCompletionService<>(executor);
    }

    void begin(Task task) {
      Future<Void> _ =
          completion.submit(() -> {
            task.run();
            return null;
          });
      begun++;
    }

    /** Waits for all that were begun, or for the first failure, which is thrown. */
    void await() throws IOException {
      try {
        for (; begun > 0; begun--) {
          completion.take().get();
        }
      } catch (ExecutionException e) {
        switch (Objects.requireNonNull(e.getCause())) {
          case IOException failure -> throw failure;
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          default -> throw new IllegalStateException(e.getCause());
        }
      } catch (InterruptedException e) {
        throw Interrupts.caught("interrupted");
      }
    }

    /** Interrupts all, and waits until no one runs any more. */
    @Override
    public void close() {
      end(false);
    }

    /** The same for tasks that change nothing: those that hear no interrupt are left behind. */
    void abandon() {
      end(true);
    }

    private void end(boolean mayLeave) {
      executor.shutdownNow();
      boolean interrupted = Thread.interrupted();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
      try {
        // Whoever unpacks must have stopped before its staging is dropped. A silent connection ends
        // by its own limit; a step that is to end cannot wait for that, and nobody will read what
        // such a straggler still does.
        while (!executor.awaitTermination(1, TimeUnit.SECONDS)
            && !((interrupted || mayLeave) && System.nanoTime() - end > 0)) {
          executor.shutdownNow();
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
