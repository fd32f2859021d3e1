package dev.stepcache.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one place where things run side by side: packing and unpacking, on as many platform threads
 * as there are cores (zstd and file calls would pin a virtual thread's carrier).
 */
final class Workers {
  /** What one layer in flight may take of the heap, its buffers and lists included. */
  private static final long MEMORY = 12 << 20;

  /** Seconds that whoever is to be stopped waits for others who hear no interrupt. */
  private static final long PATIENCE = 2;

  private Workers() {}

  /** Something to do that may fail. */
  interface Task {
    void run() throws IOException;
  }

  /** The same for one of many. */
  interface NumberedTask {
    void run(int number) throws IOException;
  }

  /** Runs a task for each number below {@code count}, as {@link #run} does. */
  static void runEach(int count, NumberedTask task) throws IOException {
    runEach(count, count(), task);
  }

  /** The same with up to so many threads. */
  static void runEach(int count, int threads, NumberedTask task) throws IOException {
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

  static int count() {
    return count(MEMORY);
  }

  /**
   * How many may work at a time.
   *
   * @param memory what each takes, of the heap or of as much beside it
   */
  static int count(long memory) {
    long byMemory = Runtime.getRuntime().maxMemory() / memory;
    return (int) Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), byMemory));
  }

  /**
   * Runs all tasks and returns when no one runs any more. The first failure interrupts the others
   * and is thrown.
   */
  static void run(List<Task> tasks) throws IOException {
    run(tasks, count());
  }

  /** The same with up to so many threads, for tasks of which some only wait for the network. */
  static void run(List<Task> tasks, int threads) throws IOException {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(threads, tasks.size())),
            Thread.ofPlatform().name("stepcache-worker-", 0).daemon().factory());
    try {
      CompletionService<Void> completion = new ExecutorCompletionService<>(executor);
      List<Future<Void>> futures = new ArrayList<>();
      for (Task task : tasks) {
        futures.add(
            completion.submit(() -> {
              task.run();
              return null;
            }));
      }
      for (int done = 0; done < futures.size(); done++) {
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
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      executor.shutdownNow();
      awaitEnd(executor);
    }
  }

  private static void awaitEnd(ExecutorService executor) {
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    try {
      // Whoever unpacks must have stopped before its staging is dropped. A silent connection ends
      // by its own limit; a step that is to end cannot wait for that, and nobody will read what
      // such a straggler still does.
      while (!executor.awaitTermination(1, TimeUnit.SECONDS)
          && !(interrupted && System.nanoTime() - end > 0)) {
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
