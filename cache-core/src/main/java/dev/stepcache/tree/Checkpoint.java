package dev.stepcache.tree;

import java.io.IOException;

/**
 * Passed before each change that a commit or its undoing makes to the disk: where a test makes one
 * fail, or the process end.
 */
@FunctionalInterface
interface Checkpoint {
  Checkpoint OPEN = () -> {};

  void pass() throws IOException;
}
