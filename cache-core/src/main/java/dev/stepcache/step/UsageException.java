package dev.stepcache.step;

import dev.stepcache.text.Printable;

/**
 * The user's own mistake: one line that names the param and the cure. Ends the step with exit code
 * 2, before any network traffic.
 */
public final class UsageException extends RuntimeException {
  /**
   * @param message begins with the param, and says what helps; made fit for people here
   */
  public UsageException(String message) {
    super(Printable.of(message));
  }
}
