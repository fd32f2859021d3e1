package dev.stepcache.restore;

import java.io.IOException;

/** A cache path is in use by another step, and was so for longer than one waits. */
public final class BusyException extends IOException {
  /**
   * @param message which cache path is in use, and for how long was waited
   */
  public BusyException(String message) {
    super(message);
  }
}
