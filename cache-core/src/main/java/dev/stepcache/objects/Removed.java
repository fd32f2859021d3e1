package dev.stepcache.objects;

/** What became of an object that was to be deleted. */
public sealed interface Removed {
  /** It is not there any more, or was not there. */
  record Done() implements Removed {}

  /** The condition did not hold: it was left alone. */
  record Conflict() implements Removed {}

  /**
   * The account may not delete, or the store never does.
   *
   * @param message "{what}: {why}"
   */
  record Refused(String message) implements Removed {}
}
