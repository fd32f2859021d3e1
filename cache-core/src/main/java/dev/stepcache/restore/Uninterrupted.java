package dev.stepcache.restore;

import dev.stepcache.io.Interrupts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/**
 * Runs a commit, or its undoing, to its end, though whoever waits for it is interrupted meanwhile:
 * once all is staged and verified, finishing is the shortest way to a whole tree.
 */
final class Uninterrupted<T> implements Runnable {
  /** What is run. */
  interface Work<T> {
    T run() throws IOException;
  }

  private final Work<T> work;
  private Optional<T> done = Optional.empty();
  private Optional<Throwable> failure = Optional.empty();

  private Uninterrupted(Work<T> work) {
    this.work = work;
  }

  /**
   * Runs it in a thread that nobody interrupts, and waits for that; an interrupt is kept for later.
   *
   * @throws InterruptedIOException when the calling thread was interrupted before
   */
  static <T> T run(Work<T> work) throws IOException {
    Interrupts.check("interrupted before the cache path was changed");
    Uninterrupted<T> run = new Uninterrupted<>(work);
    Thread thread = Thread.ofPlatform().name("change").daemon().start(run);
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return run.end();
  }

  @Override
  public void run() {
    try {
      done = Optional.of(work.run());
    } catch (Throwable e) {
      failure = Optional.of(e);
    }
  }

  /** As if it had been run here. */
  private T end() throws IOException {
    if (failure.isPresent()) {
      switch (failure.get()) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IOException(failure.get());
      }
    }
    return done.orElseThrow();
  }
}
