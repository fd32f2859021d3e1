package dev.stepcache.bake;

import java.io.IOException;

/** What was asked for cannot be baked; the message says why, and what helps. Nothing was tagged. */
public final class BakeException extends IOException {
  /**
   * @param message a sentence that names what was asked for, and what helps
   */
  public BakeException(String message) {
    super(message);
  }
}
