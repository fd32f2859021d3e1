package dev.stepcache.usage;

/**
 * What of a cache a tool needs whole: a use of one file is a use of its unit. Known by the names
 * that the tool gives its files, below whatever folder it keeps them in; what has no such name is
 * in no unit, and is never left out.
 */
public enum Units {
  /** Of tools that nobody tried: nothing is in a unit. */
  NONE,
  /** Versions of Go modules, and entries of Go's build cache. */
  GO,
  /** Versions of Maven's artifacts. */
  MAVEN,
  /** Packages in npm's cache. */
  NPM,
  /** Crates, as downloaded and as compiled. */
  CARGO,
  /** What pip downloaded, and wheels that it built. */
  PIP;

  /** The unit of what is in none. */
  static final String NO_UNIT = "";

  /**
   * The unit that an entry belongs to.
   *
   * @param name below its cache path
   */
  String of(String name) {
    return switch (this) {
      case NONE -> NO_UNIT;
      case GO -> GoUnits.of(name);
      case MAVEN -> MavenUnits.of(name);
      case NPM -> NpmUnits.of(name);
      case CARGO -> CargoUnits.of(name);
      case PIP -> PipUnits.of(name);
    };
  }
}
