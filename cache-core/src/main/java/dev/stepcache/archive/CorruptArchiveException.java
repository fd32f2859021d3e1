package dev.stepcache.archive;

import dev.stepcache.text.Printable;
import java.io.IOException;

/** An archive or index that no honest and whole cache has. */
public final class CorruptArchiveException extends IOException {
  /**
   * @param message what is wrong, and with which entry; made fit for people here
   */
  public CorruptArchiveException(String message) {
    super(Printable.of(message));
  }
}
