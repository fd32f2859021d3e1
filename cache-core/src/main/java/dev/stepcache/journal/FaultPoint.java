package dev.stepcache.journal;

import java.io.IOException;

/**
 * Passed before each change that a commit or its undoing makes to the disk: where a test makes one
 * fail, or the process end.
 */
@FunctionalInterface
public interface FaultPoint {
  /** Lets everything pass: that of all but tests. */
  FaultPoint OPEN = () -> {};

  /**
   * Called at the point; returns for the work to go on.
   *
   * @throws IOException which ends the work there, as a crash would
   */
  void pass() throws IOException;
}
