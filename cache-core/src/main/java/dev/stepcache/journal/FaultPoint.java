package dev.stepcache.journal;

import java.io.IOException;

/**
 * Passed before each change that a commit or its undoing makes to the disk: where a test makes one
 * fail, or the process end.
 */
@FunctionalInterface
public interface FaultPoint {
  FaultPoint OPEN = () -> {};

  void pass() throws IOException;
}
