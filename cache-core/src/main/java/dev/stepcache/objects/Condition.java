package dev.stepcache.objects;

/** What must be so for an object to be written or deleted. */
public sealed interface Condition {
  /** Whatever is there is replaced, or deleted. */
  Condition NONE = new None();

  /** Only where nothing has the name yet. */
  Condition ABSENT = new Absent();

  /** Nothing. */
  record None() implements Condition {}

  /** There is no such object. */
  record Absent() implements Condition {}

  /**
   * Nobody has written it since.
   *
   * @param version as an earlier answer told it
   */
  record Unchanged(String version) implements Condition {}
}
