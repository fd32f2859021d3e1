package dev.stepcache.registry;

/** What a registry says of a manifest that it does not give. */
enum Absence {
  /** The repository itself is not there. */
  REPOSITORY,
  /** A tag names it, and the storage lost it. */
  LOST,
  /** There is none, as far as the answer tells. */
  MANIFEST
}
