package dev.stepcache.tree;

/** A name that would leave its folder, names nothing, is too long, or is not UTF-8. */
public final class IllegalNameException extends IllegalArgumentException {
  private final String name;

  /**
   * @param name as it came
   */
  public IllegalNameException(String name) {
    super("a name that no entry may have");
    this.name = name;
  }

  /** The name as it came; not fit for a log line. */
  public String name() {
    return name;
  }
}
