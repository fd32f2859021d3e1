package dev.stepcache.tree;

/** With which modes a cache is restored. */
public enum RestoreMode {
  /**
   * Usable by any user: what the owner may, group and others may; folders are open to all; the
   * set-group bit that a folder inherits stays.
   */
  SHARED,
  /** The modes that were saved, the lower nine bits. */
  PRESERVE
}
