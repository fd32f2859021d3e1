package dev.stepcache.key;

import java.io.IOException;

/** What a key is to be made of is there, and cannot be read. */
public final class UnreadableInputException extends IOException {
  public UnreadableInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
