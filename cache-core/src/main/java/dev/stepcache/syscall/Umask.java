package dev.stepcache.syscall;

import java.io.IOException;

/**
 * The process's umask. Where whoever owns the process allows it, it is taken away while trees are
 * restored, so that a file is made with its mode in one call; else modes are changed after, at a
 * call or two a file more. What an owner's process makes meanwhile must say its own mode.
 */
public final class Umask {
  private static boolean owned;
  private static int holders;
  private static int before;

  private boolean held;

  private Umask(boolean held) {
    this.held = held;
  }

  /** Says that the process is the caller's own: a step, and no program that restores beside. */
  public static synchronized void own() {
    owned = true;
  }

  /** Takes it away, if that is allowed, until all who did so have closed theirs. */
  public static synchronized Umask take(SystemCalls calls) throws IOException {
    if (!owned) {
      return new Umask(false);
    }
    if (holders == 0) {
      before = calls.umask(0);
    }
    holders++;
    return new Umask(true);
  }

  /** Whether a folder or file that is made now may get fewer rights than were asked for. */
  public boolean mayTakeRights() {
    return !held;
  }

  /**
   * Gives it back.
   *
   * @param calls of the thread that closes
   */
  public void giveBack(SystemCalls calls) throws IOException {
    synchronized (Umask.class) {
      if (held) {
        held = false;
        if (--holders == 0) {
          calls.umask(before);
        }
      }
    }
  }
}
