package dev.stepcache.restore;

import dev.stepcache.journal.FaultPoint;
import java.io.IOException;

/** Lets a number of changes pass, then one fail, or the process end. */
final class Countdown implements FaultPoint {
  private int left;
  private final boolean kills;

  /** The process ends here: an Error, so that nothing is undone. */
  static final class Killed extends Error {}

  Countdown(int left, boolean kills) {
    this.left = left;
    this.kills = kills;
  }

  @Override
  public void pass() throws IOException {
    if (left-- == 0) {
      if (kills) {
        throw new Killed();
      }
      throw new IOException("no space left on device");
    }
  }

  boolean isOver() {
    return left < 0;
  }
}
