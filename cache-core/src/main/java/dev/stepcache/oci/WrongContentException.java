package dev.stepcache.oci;

import java.io.IOException;

/** Content that is not what its descriptor promised. */
public final class WrongContentException extends IOException {
  public WrongContentException(String message) {
    super(message);
  }
}
