package dev.stepcache.tree;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a commit, or its undoing, to its end, though whoever waits for it is interrupted meanwhile:
 * once all is staged and verified, finishing is the shortest way to a whole tree.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * Runs a commit in a thread that nobody interrupts; the interrupt is kept for later.
   *
   * @throws InterruptedIOException when the calling thread was interrupted before
   */
  static <T> T run(Callable<T> commit) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted before the restored tree was moved in");
    }
    FutureTask<T> task = new FutureTask<>(commit);
    Thread.ofPlatform().name("commit").daemon().start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNull(e.getCause()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** As if it had been thrown here. */
  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException("the commit failed", cause);
    };
  }
}
