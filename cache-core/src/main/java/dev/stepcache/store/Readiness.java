package dev.stepcache.store;

/** What a store tells of a save before anything was sent. */
public sealed interface Readiness {
  /** Nothing that is known speaks against it. */
  record Ready() implements Readiness {}

  /**
   * The repository is not there yet: the first manifest creates it, and no earlier request shows
   * whether the account may.
   *
   * @param grant the command that gives the account the right to
   */
  record ToBeCreated(String grant) implements Readiness {}
}
