package dev.stepcache.store;

/** What a store tells of a save before anything was sent. */
public enum Readiness {
  /** Nothing that is known speaks against it. */
  READY,
  /**
   * The repository is not there yet: the first manifest creates it, and no earlier request shows
   * whether the account may.
   */
  TO_BE_CREATED
}
