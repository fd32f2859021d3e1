package dev.stepcache.key;

import java.io.IOException;

/** No file matched the patterns; the message names them, the folder, and what was seen there. */
public final class NoLockFilesException extends IOException {
  /**
   * @param message a sentence with the cure, without the param in front
   */
  public NoLockFilesException(String message) {
    super(message);
  }
}
