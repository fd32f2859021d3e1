package dev.stepcache.cli;

/** What a program that calls stepcache may rely on (docs/cli.md). */
public final class ExitCode {
  /** All was done, and nothing is wrong. */
  public static final int WELL = 0;

  /** Something is wrong with a cache, or it is not there. */
  public static final int WRONG = 1;

  /** A mistake: nothing was begun. */
  public static final int USAGE = 2;

  /** The store cannot be reached, or refuses, or something else kept the command from its end. */
  public static final int STORE = 3;

  private ExitCode() {}
}
