package dev.stepcache.restore;

/** With which modes a cache is restored. */
public enum RestoreMode {
  /**
   * Usable by any user: what the owner may, group and others may; folders are open to all; the
   * set-group bit that a folder inherits stays.
   */
  SHARED,
  /** The modes that were saved, the lower nine bits. */
  PRESERVE;

  private static final int SET_GROUP = 02000;

  /** The mode that a file gets; set-user, set-group and sticky are dropped. */
  public int file(int saved) {
    int user = (saved & 0700) | 0600;
    return switch (this) {
      case SHARED -> user | user >> 3 | user >> 6;
      case PRESERVE -> saved & 0777;
    };
  }

  /**
   * The mode that a folder gets.
   *
   * @param modeOnDisk the folder's mode as it is: a set-group bit was inherited, and stays
   */
  public int folder(int saved, int modeOnDisk) {
    return switch (this) {
      case SHARED -> 0777 | (modeOnDisk & SET_GROUP);
      case PRESERVE -> (saved & 0777) | (modeOnDisk & SET_GROUP);
    };
  }
}
