package dev.stepcache.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of a command that changes things when the process is told to end, by Ctrl-C or
 * SIGTERM: it ends after what it is at, and says how far it came. Who is at something that takes
 * too long has his last words said for him.
 */
public final class Ending implements AutoCloseable {
  /** A pod has 30 seconds, and a person less patience. */
  private static final long PATIENCE = 8;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean asked;

  private Ending(Runnable hurry, Runnable lastWords) {
    this.hook = Thread.ofPlatform().name("ending").unstarted(() -> end(hurry, lastWords));
  }

  /**
   * From now on the process ends in order, until this is closed.
   *
   * @param hurry told at once, on another thread: what is under way may be cut short by it
   * @param lastWords what is said where the command does not come to its end
   */
  public static Ending watch(Runnable hurry, Runnable lastWords) {
    Ending ending = new Ending(hurry, lastWords);
    try {
      Runtime.getRuntime().addShutdownHook(ending.hook);
    } catch (IllegalStateException e) {
      ending.asked = true;
    }
    return ending;
  }

  /** Whether nothing more is to be begun. */
  public boolean isAsked() {
    return asked;
  }

  private void end(Runnable hurry, Runnable lastWords) {
    asked = true;
    hurry.run();
    try {
      if (!done.await(PATIENCE, TimeUnit.SECONDS)) {
        lastWords.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is said. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }
}
