package dev.stepcache.objects;

/** What became of an object that was to be stored. */
public sealed interface Written {
  /** It is stored, as far as the store's answer goes: some do not look at conditions. */
  record Done() implements Written {}

  /** The condition did not hold: what is there was left alone. */
  record Conflict() implements Written {}
}
