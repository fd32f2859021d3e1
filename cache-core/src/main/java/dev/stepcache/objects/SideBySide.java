package dev.stepcache.objects;

import java.io.IOException;

/** How whoever opens a store lets requests run side by side. */
@FunctionalInterface
public interface SideBySide {
  /** One of many. */
  @FunctionalInterface
  interface Task {
    void run(int number) throws IOException;
  }

  /**
   * Runs a task for each number below {@code count}, and returns when no one runs any more. The
   * first failure interrupts the others and is thrown.
   *
   * @param threads how many run at a time at most
   */
  void each(int count, int threads, Task task) throws IOException;
}
