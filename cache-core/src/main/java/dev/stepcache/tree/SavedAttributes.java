package dev.stepcache.tree;

import java.util.Arrays;

/**
 * Modes and times that stand in the place of a table's own, by its rows: those that an image has of
 * files that a restore gave others. Several threads may change several rows.
 */
final class SavedAttributes {
  private static final short OWN_MODE = -1;
  private static final long OWN_TIME = Long.MIN_VALUE;

  private final short[] modes;

  /** Empty until one is set, since nearly all trees have none. */
  private volatile long[] times = {};

  SavedAttributes(int rows) {
    this.modes = new short[rows];
    Arrays.fill(modes, OWN_MODE);
  }

  void mode(int row, int mode) {
    modes[row] = (short) mode;
  }

  void time(int row, long mtime) {
    if (times.length == 0) {
      long[] own = new long[modes.length];
      Arrays.fill(own, OWN_TIME);
      times = own;
    }
    times[row] = mtime;
  }

  void ownTime(int row) {
    if (times.length > 0) {
      times[row] = OWN_TIME;
    }
  }

  int modeOr(int row, int own) {
    return modes[row] == OWN_MODE ? own : modes[row];
  }

  long timeOr(int row, long own) {
    return times.length == 0 || times[row] == OWN_TIME ? own : times[row];
  }
}
