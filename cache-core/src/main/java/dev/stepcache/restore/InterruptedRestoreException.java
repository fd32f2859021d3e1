package dev.stepcache.restore;

import java.io.IOException;

/**
 * A restore into a cache path was interrupted, and the cache path holds some of it: nothing may be
 * saved of that.
 */
public final class InterruptedRestoreException extends IOException {
  public InterruptedRestoreException(String message) {
    super(message);
  }

  public InterruptedRestoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
