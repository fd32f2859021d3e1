package dev.stepcache.key;

import java.io.IOException;

/** What a key is to be made of is there, and cannot be read. */
public final class UnreadableInputException extends IOException {
  /**
   * @param message which file, and of what
   * @param cause what the file system said
   */
  public UnreadableInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
