package dev.stepcache.store;

import java.util.Optional;

/** What a store answers when it is asked for a manifest. */
public sealed interface Lookup {
  /** It is there. */
  record Found(StoredManifest manifest) implements Lookup {}

  /** It is not there, and why, as far as the answer tells. */
  record Absent(Why why) implements Lookup {}

  /** Why a manifest is not there. */
  enum Why {
    /** The repository itself is not there. */
    REPOSITORY,
    /** The store remembers it, and its storage lost it. */
    LOST,
    /** There is none, and more is not known. */
    MANIFEST
  }

  /** The answer of a store of which no more is known. */
  static Lookup of(Optional<StoredManifest> manifest) {
    return manifest.isPresent() ? new Found(manifest.get()) : new Absent(Why.MANIFEST);
  }

  /** The manifest, if it is there. */
  default Optional<StoredManifest> found() {
    return this instanceof Found(StoredManifest manifest)
        ? Optional.of(manifest)
        : Optional.empty();
  }

  /** Whether it is not there for this very reason. */
  default boolean isAbsentFor(Why why) {
    return this instanceof Absent absent && absent.why() == why;
  }
}
