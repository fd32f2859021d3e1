package dev.stepcache.restore;

import java.io.IOException;

/**
 * A restore into a cache path was interrupted, and the cache path holds some of it: nothing may be
 * saved of that.
 */
public final class InterruptedRestoreException extends IOException {
  /**
   * @param message which cache path holds some of a restore, and the cure
   */
  public InterruptedRestoreException(String message) {
    super(message);
  }

  /**
   * @param message which cache path holds some of a restore, and the cure
   * @param cause what kept the restore from being taken back
   */
  public InterruptedRestoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
