package dev.stepcache.io;

import java.io.InterruptedIOException;

/**
 * Interrupts, for code whose callers know of IOExceptions alone: the thread stays interrupted, so
 * that whatever it does next on its way out does not wait either.
 */
public final class Interrupts {
  private Interrupts() {}

  /**
   * Throws if this thread is interrupted.
   *
   * @param what it did, for people, such as "{verb} {reference}: interrupted"
   */
  public static void check(String what) throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException(what);
    }
  }

  /**
   * What to throw instead of an InterruptedException that was caught just now.
   *
   * @param what was waited for, for people
   */
  public static InterruptedIOException caught(String what) {
    Thread.currentThread().interrupt();
    return new InterruptedIOException(what);
  }
}
