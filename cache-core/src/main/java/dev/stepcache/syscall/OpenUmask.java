package dev.stepcache.syscall;

import java.io.IOException;

/**
 * Takes the process's umask away while trees are restored, so that a file can be made with its mode
 * at once. What is made meanwhile by others of this process must say its own mode.
 */
public final class OpenUmask {
  private static int holders;
  private static int before;

  private OpenUmask() {}

  public static synchronized void begin(SystemCalls calls) throws IOException {
    if (holders++ == 0) {
      before = calls.umask(0);
    }
  }

  public static synchronized void end(SystemCalls calls) throws IOException {
    if (--holders == 0) {
      calls.umask(before);
    }
  }
}
