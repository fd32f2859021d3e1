package dev.stepcache.oci;

import java.io.IOException;

/** Content that is not what its descriptor promised. */
public final class BrokenContentException extends IOException {
  /**
   * @param message what was promised, and what came
   */
  public BrokenContentException(String message) {
    super(message);
  }
}
