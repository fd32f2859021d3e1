package dev.stepcache.step;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The thread in which a step's work runs, since TIMEOUT and signals are to end it. */
final class Worker {
  /** What is to be done. */
  interface Task {
    StepEnd run() throws IOException;
  }

  private final AtomicReference<StepEnd> end = new AtomicReference<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread;

  private Worker(Task task) {
    thread = Thread.ofPlatform().name("stepcache").daemon().unstarted(() -> run(task));
  }

  /** Begins the work. */
  static Worker start(Task task) {
    Worker worker = new Worker(task);
    worker.thread.start();
    return worker;
  }

  private void run(Task task) {
    try {
      end.set(task.run());
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  /** Has it end early, as far as it listens. */
  void interrupt() {
    thread.interrupt();
  }

  /** Whether it is not done yet. */
  boolean isAtWork() {
    return thread.isAlive();
  }

  /** Waits until it is done, or the time is over, or whoever waits is interrupted. */
  void await(Duration time) {
    try {
      thread.join(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How the work ended; empty where it failed, or is not done. */
  Optional<StepEnd> end() {
    return Optional.ofNullable(end.get());
  }

  /** What the work failed by. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }
}
