package dev.stepcache.syscall;

import java.io.IOException;

/**
 * The process's umask. Whoever owns the process may take it away while trees are restored, so that
 * a file is made with its mode in one call; who does not changes modes after, at one call or two a
 * file more. What the process makes meanwhile must say its own mode.
 */
public final class Umask implements AutoCloseable {
  private static int holders;
  private static int before;

  private boolean closed;

  private Umask() {}

  /** Takes it away until all who did so have closed theirs; does nothing without system calls. */
  public static Umask clear() {
    synchronized (Umask.class) {
      if (holders++ == 0 && SystemCalls.areUsed()) {
        before = set(0);
      }
    }
    return new Umask();
  }

  /** Whether a folder or file that is made now may get fewer rights than were asked for. */
  public static boolean mayTakeRights() {
    synchronized (Umask.class) {
      return holders == 0;
    }
  }

  private static int set(int mask) {
    try {
      return new SystemCalls().umask(mask);
    } catch (IOException e) {
      throw new IllegalStateException("umask(2) cannot fail", e);
    }
  }

  /** Gives it back; a second time does nothing. */
  @Override
  public void close() {
    synchronized (Umask.class) {
      if (!closed) {
        closed = true;
        if (--holders == 0 && SystemCalls.areUsed()) {
          set(before);
        }
      }
    }
  }
}
