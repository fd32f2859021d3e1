package dev.stepcache.key;

import java.io.IOException;

/** No file matched the patterns; the message names them, the folder, and what was seen there. */
public final class NoLockFilesException extends IOException {
  public NoLockFilesException(String message) {
    super(message);
  }
}
