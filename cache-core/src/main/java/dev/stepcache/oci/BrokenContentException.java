package dev.stepcache.oci;

import java.io.IOException;

/** Content that is not what its descriptor promised. */
public final class WrongContentException extends IOException {
  /**
   * @param message what was promised, and what came
   */
  public WrongContentException(String message) {
    super(message);
  }
}
