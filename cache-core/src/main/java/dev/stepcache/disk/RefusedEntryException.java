package dev.stepcache.disk;

import java.io.IOException;

/** An entry that no honest tree has: a name twice, a link in the place of a folder. */
public final class RefusedEntryException extends IOException {
  /**
   * @param message which entry, and why; its name made fit for people
   */
  public RefusedEntryException(String message) {
    super(message);
  }
}
